package dev.freshet.pipeline.http;

import static dev.freshet.pipeline.http.DocumentResourceTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.event.Click;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClickResourceTest {
  private static final String CLICKS = "/v1/clicks";
  private static final String LEAST =
      "{\"query_id\": \"q\", \"action_name\": \"click\", \"object_id\": \"a\"}";

  private TestServer server;

  @BeforeEach
  void start() {
    server = TestServer.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void takesOneEventOrMany() {
    TestServer.Answer one = server.postJson(CLICKS, LEAST);
    assertThat(one.status()).isEqualTo(202);
    assertThat(one.json().get("accepted").intValue()).isEqualTo(1);
    TestServer.Answer many =
        server.postJson(
            CLICKS,
            """
            [{"query_id": "q-1", "client_id": "c", "action_name": "add_to_cart", "object_id": "b",
              "position": 3, "timestamp": "2026-01-30T13:00:00+01:00", "event_attributes": {}},
             {"query_id": "q-1", "client_id": null, "action_name": "click", "object_id": "c"}]
            """);
    assertThat(many.json().get("accepted").intValue()).isEqualTo(2);
    assertThat(server.clicks.written)
        .containsExactly(
            new Click("q", null, "click", "a", null, TestServer.NOW),
            new Click("q-1", "c", "add_to_cart", "b", 3, Instant.parse("2026-01-30T12:00:00Z")),
            new Click("q-1", null, "click", "c", null, TestServer.NOW));
    assertThat(server.postJson(CLICKS, "[]").status()).isEqualTo(202);
    assertThat(server.get("/metrics").response().body())
        .contains("freshet_http_clicks_total{outcome=\"accepted\"} 3.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | query_id is missing",
        "{\"query_id\": 7} | query_id must be a string, was a number",
        "{\"query_id\": \" \"} | query_id must not be blank",
        "{\"query_id\": \"q\"} | action_name is missing",
        "{\"query_id\": \"q\", \"action_name\": \"click\"} | object_id is missing",
        "{\"query_id\": \"q\", \"action_name\": \"click\", \"object_id\": \"\"} | object_id cannot be a document's id: id must not be empty",
        "{\"query_id\": \"q\", \"action_name\": \"click\", \"object_id\": \"a\", \"position\": 0} | position must be from 1 to 1000000, was 0",
        "{\"query_id\": \"q\", \"action_name\": \"click\", \"object_id\": \"a\", \"position\": 1.5} | position must be a whole number, was 1.5",
        "{\"query_id\": \"q\", \"action_name\": \"click\", \"object_id\": \"a\", \"client_id\": {}} | client_id must be a string, was an object",
        "{\"query_id\": \"q\", \"action_name\": \"click\", \"object_id\": \"a\", \"timestamp\": \"now\"} | timestamp must be an ISO-8601 time with a zone",
        "7 | an event must be a JSON object, was a number",
        "{\"query_id\" | the body must be JSON, is broken at column",
      })
  void refusesWithTheField(String body, String detail) {
    assertProblem(server.postJson(CLICKS, body), 400, detail);
    assertThat(server.clicks.written).isEmpty();
  }

  @Test
  void allAreWrittenOrNone() {
    TestServer.Answer answer =
        server.postJson(CLICKS, "[" + LEAST + ", {\"query_id\": \"" + "q".repeat(129) + "\"}]");
    assertProblem(
        answer,
        400,
        "1 of 2 events cannot be accepted, so none was written; the first: query_id must be at"
            + " most 128 characters, was 129");
    assertThat(answer.json().get("errorCount").intValue()).isEqualTo(3);
    assertThat(answer.json().get("errors").get(0).get("index").intValue()).isEqualTo(1);
    assertThat(answer.json().get("errors").get(0).get("field").asText()).isEqualTo("query_id");
    assertThat(server.clicks.written).isEmpty();
  }

  @Test
  void ofManyFaultsTheFirstAreShownAndAllCounted() {
    TestServer.Answer answer = server.postJson(CLICKS, "[" + "{},".repeat(1_999) + "{}]");
    assertProblem(answer, 400, "2000 of 2000 events cannot be accepted");
    assertThat(answer.json().get("errors")).hasSize(1_000);
    assertThat(answer.json().get("errorCount").intValue()).isEqualTo(6_000);
  }

  @Test
  void answersOnlyAfterTheBroker() {
    server.clicks.acknowledgement =
        CompletableFuture.failedFuture(new IllegalStateException("no leader"));
    assertProblem(
        server.postJson(CLICKS, LEAST),
        503,
        "Kafka did not acknowledge every event of this request: no leader");
  }

  /** Pages of other sites can send forms and plain text here, and nobody would have clicked. */
  @Test
  void takesOnlyWhatIsDeclaredAsJson() {
    byte[] body = LEAST.getBytes(StandardCharsets.UTF_8);
    for (String type : new String[] {"application/x-www-form-urlencoded", "text/plain"}) {
      assertProblem(
          server.send("POST", CLICKS, body, "Content-Type", type),
          415,
          "Content-Type must be application/json, was " + type);
    }
    assertThat(server.clicks.written).isEmpty();
  }

  @Test
  void refusesABodyThatIsTooLarge() {
    try (TestServer small = TestServer.start("maxRequestBytes", "1KiB")) {
      assertProblem(
          small.postJson(CLICKS, "[" + (LEAST + ",").repeat(50) + LEAST + "]"),
          413,
          "a body must be at most 1024 bytes (serve.maxRequestBytes)");
    }
  }
}
