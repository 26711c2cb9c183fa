package dev.freshet.pipeline.http;

import static dev.freshet.pipeline.http.DocumentResourceTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.model.encoder.EncodingException;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.Impression;
import dev.freshet.pipeline.event.SearchMode;
import dev.freshet.pipeline.search.Filter;
import dev.freshet.pipeline.search.Missing;
import dev.freshet.pipeline.search.SearchRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SearchResourceTest {
  private TestServer server;

  @BeforeEach
  void start() {
    server = TestServer.start("maxHits", "50");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void answers() {
    server.searcher.documents.put("a", new Document("a", "T", "text", Map.of("y", 1), null));
    TestServer.Answer answer = server.postJson("/v1/search", "{\"query\": \"ice\"}");
    assertThat(answer.status()).isEqualTo(200);
    JsonNode body = answer.json();
    assertThat(body.get("queryId").asText()).isEqualTo("q-1");
    assertThat(body.get("generation").intValue()).isEqualTo(1);
    assertThat(body.get("tookMillis").doubleValue()).isEqualTo(1.25);
    JsonNode hit = body.get("hits").get(0);
    assertThat(hit.get("id").asText()).isEqualTo("a");
    assertThat(hit.get("score").doubleValue()).isEqualTo(0.5);
    assertThat(hit.get("title").asText()).isEqualTo("T");
    assertThat(hit.get("snippet").asText()).isEqualTo("text");
    assertThat(hit.get("attributes").get("y").intValue()).isEqualTo(1);
    assertThat(server.searcher.requests).containsExactly(new SearchRequest("ice", 10, null, null));
    assertThat(server.impressions)
        .singleElement()
        .satisfies(
            impression -> {
              assertThat(impression.queryId()).isEqualTo("q-1");
              assertThat(impression.slots()).containsExactly(new Impression.Slot("a", 1, 1));
            });
  }

  @Test
  void passesOnWhatIsAsked() {
    server.postJson(
        "/v1/search",
        """
        {"query": "ice", "k": 50, "mode": "dense", "filter": {"year": 2026}, "generation": 1}
        """);
    assertThat(server.searcher.requests)
        .containsExactly(
            new SearchRequest("ice", 50, SearchMode.DENSE, new Filter.Equal("year", 2026), 1));
  }

  @Test
  void passesOnWhoAsksAndWhetherToExplore() {
    server.postJson(
        "/v1/search", "{\"query\": \"ice\", \"clientId\": \"c-1\", \"explore\": false}");
    assertThat(server.searcher.requests)
        .containsExactly(
            new SearchRequest("ice", 10, SearchMode.HYBRID, null, null, "c-1", false, null, 0));
  }

  @ParameterizedTest
  @EnumSource
  void takesEveryMode(SearchMode mode) {
    server.postJson("/v1/search", "{\"query\": \"ice\", \"mode\": \"" + mode.wireName() + "\"}");
    assertThat(server.searcher.requests)
        .containsExactly(new SearchRequest("ice", 10, mode, null, null));
  }

  @Test
  void passesOnTheRecallThatIsAskedFor() {
    server.postJson("/v1/search", "{\"query\": \"ice\", \"recall\": 1}");
    server.postJson("/v1/search", "{\"query\": \"ice\"}");
    assertThat(server.searcher.requests)
        .extracting(SearchRequest::recall)
        .containsExactly(1.0, null);
  }

  @Test
  void saysWhetherTheAnswerIsWhole() {
    assertThat(server.postJson("/v1/search", "{\"query\": \"ice\"}").json().get("partial"))
        .hasToString("false");
    server.searcher.missing = List.of(new Missing(List.of(2, 3), "nobody answers"));
    JsonNode answer = server.postJson("/v1/search", "{\"query\": \"ice\"}").json();
    assertThat(answer.get("partial")).hasToString("true");
    assertThat(answer.get("missing"))
        .hasToString("[{\"partitions\":[2,3],\"reason\":\"nobody answers\"}]");
  }

  @Test
  void searchesAreHybridUnlessToldOtherwise() {
    server.postJson("/v1/search", "{\"query\": \"ice\"}");
    assertThat(server.searcher.requests.get(0).mode()).isEqualTo(SearchMode.HYBRID);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | query must be a string, was missing",
        "{\"query\": 5} | query must be a string, was a number",
        "{\"query\": \"  \"} | query must not be blank",
        "{\"query\": \"\\ud800\"} | query holds half a character at index 0",
        "{\"query\": \"a\", \"k\": 0} | k must be from 1 to 50, was 0",
        "{\"query\": \"a\", \"k\": 51} | k must be from 1 to 50, was 51",
        "{\"query\": \"a\", \"k\": 12345678901} | k must be from 1 to 50, was 12345678901",
        "{\"query\": \"a\", \"k\": 1.5} | k must be a whole number, was 1.5",
        "{\"query\": \"a\", \"k\": \"5\"} | k must be a whole number, was a string",
        "{\"query\": \"a\", \"mode\": \"hybird\"} | mode must be dense, lexical, hybrid, was \"hybird\"; did you mean 'hybrid'?",
        "{\"query\": \"a\", \"mode\": \"Dense\"} | mode must be dense, lexical, hybrid, was \"Dense\"",
        "{\"query\": \"a\", \"mode\": 1} | mode must be a string, was a number",
        "{\"query\": \"a\", \"clientId\": 7} | clientId must be a string, was a number",
        "{\"query\": \"a\", \"clientId\": \" \"} | clientId must not be blank",
        "{\"query\": \"a\", \"explore\": 0.5} | explore must be true or false, was a number",
        "{\"query\": \"a\", \"recall\": 0} | recall must be above 0 and at most 1, was 0",
        "{\"query\": \"a\", \"recall\": 1.01} | recall must be above 0 and at most 1, was 1.01",
        "{\"query\": \"a\", \"recall\": \"1\"} | recall must be a number, was a string",
        "{\"query\": \"a\", \"filter\": {}} | filter is {}, it must be an object with at least one field",
        "{\"query\": \"a\", \"generation\": -1} | generation must be from 1 to",
        "{\"query\": \"a\", \"filtr\": {}} | unknown field 'filtr'; did you mean 'filter'?",
        "[] | the body must be a JSON object, was a list",
        "{\"query\" | the body must be JSON, is broken at column",
      })
  void refusesWithTheField(String body, String detail) {
    assertProblem(server.postJson("/v1/search", body), 400, detail);
  }

  @Test
  void refusesAQueryThatIsTooLong() {
    assertProblem(
        server.postJson("/v1/search", "{\"query\":\"" + "q".repeat(10_001) + "\"}"),
        400,
        "query must be at most 10000 characters, was 10001");
  }

  @Test
  void refusesAClientIdThatIsTooLong() {
    assertProblem(
        server.postJson("/v1/search", "{\"query\":\"q\",\"clientId\":\"" + "c".repeat(129) + "\"}"),
        400,
        "clientId must be at most 128 characters, was 129");
  }

  @Test
  void namesTheGenerationThatIsNotHere() {
    assertProblem(
        server.postJson("/v1/search", "{\"query\":\"a\",\"generation\":7}"),
        404,
        "generation 7 is not here; here is 1");
  }

  @Test
  void saysThatAQueryCannotBeEncoded() {
    server.searcher.beforeAnswer =
        request -> {
          throw new EncodingException("the vector is not finite");
        };
    assertProblem(
        server.postJson("/v1/search", "{\"query\":\"a\"}"),
        422,
        "the query cannot be encoded: the vector is not finite");
  }

  @Test
  void tellsNothingOfItsInsideWhenItFails() {
    server.searcher.beforeAnswer =
        request -> {
          throw new IllegalStateException("secret inside");
        };
    TestServer.Answer answer = server.postJson("/v1/search", "{\"query\":\"a\"}");
    assertProblem(answer, 500, "its log has the reason under the reference");
    assertThat(answer.json().get("reference").asText()).hasSize(8);
    assertThat(answer.response().body()).doesNotContain("secret").doesNotContain("Exception");
  }

  @Test
  void givesUpAfterTheTimeoutAndWritesNoImpression() {
    CountDownLatch release = new CountDownLatch(1);
    try (TestServer small = TestServer.start("maxHits", "3")) {
      // The usual number of hits is more than this server allows.
      assertThat(small.postJson("/v1/search", "{\"query\":\"a\"}").status()).isEqualTo(200);
      assertThat(small.searcher.requests.get(0).k()).isEqualTo(3);
    }
    try (TestServer impatient = TestServer.start("searchTimeout", "100ms")) {
      impatient.searcher.beforeAnswer = request -> await(release);
      assertProblem(
          impatient.postJson("/v1/search", "{\"query\":\"a\"}"),
          503,
          "it took longer than 100ms (serve.searchTimeout)");
      assertThat(impatient.searcher.requests).as("searches that had begun").hasSize(1);
      release.countDown();
      Awaitility.await().until(() -> impatient.searchesEnded() == 1);
      assertThat(impatient.impressions).as("pages that somebody got").isEmpty();
    } finally {
      release.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
