package dev.freshet.pipeline.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.http.TestServer.Answer;
import dev.freshet.pipeline.search.OtherShardException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DocumentResourceTest {
  private TestServer server;

  @BeforeEach
  void start() {
    server = TestServer.start("maxRequestBytes", "2KiB");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aShardDoesNotSayThatADocumentOfAnotherOneIsNotThere() {
    server.searcher.documents.put("here", new Document("here", "", "text", Map.of(), null));
    server.searcher.elsewhere = new OtherShardException("it may be in 2-3", List.of(2, 3));
    assertThat(server.get("/v1/documents/here").status()).isEqualTo(200);
    TestServer.Answer answer = server.get("/v1/documents/there");
    assertProblem(answer, 421, "it may be in 2-3");
    assertThat(answer.json().get("missingPartitions")).hasToString("[2,3]");
  }

  @Test
  void writesOneDocument() {
    Answer answer =
        server.putJson(
            """
            {"id": "a", "title": "T", "text": "t", "attributes": {"year": 2026},
             "timestamp": "2026-01-01T00:00:00Z"}
            """);
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.json().get("accepted").intValue()).isEqualTo(1);
    assertThat(server.writer.upserts)
        .containsExactly(
            new Document(
                "a", "T", "t", Map.of("year", 2026), Instant.parse("2026-01-01T00:00:00Z")));
  }

  @Test
  void writesAListInItsOrder() {
    Answer answer = server.putJson("[{\"id\":\"a\",\"text\":\"1\"},{\"id\":\"b\",\"text\":\"2\"}]");
    assertThat(answer.json().get("accepted").intValue()).isEqualTo(2);
    assertThat(server.writer.upserts).extracting(Document::id).containsExactly("a", "b");
    assertThat(server.putJson("[]").status()).isEqualTo(202);
  }

  @Test
  void writesNothingOfAListWithErrorsAndNamesThemAll() {
    Answer answer =
        server.putJson(
            """
            [{"id": "a", "text": "fine"},
             {"id": "b", "txt": "t"},
             {"id": 3, "text": "t", "attributes": {"x": {"y": 1}}}, 4]
            """);
    assertProblem(answer, 400, "3 of 4 documents cannot be accepted, so none was written");
    JsonNode errors = answer.json().get("errors");
    assertThat(errors.findValuesAsText("index")).containsExactly("1", "1", "2", "2", "3");
    assertThat(errors.findValuesAsText("field"))
        .containsExactly("txt", "text", "id", "attributes.x", "");
    assertThat(errors.get(0).get("reason").asText())
        .isEqualTo("unknown field 'txt'; did you mean 'text'?");
    assertThat(server.writer.upserts).isEmpty();
  }

  @Test
  void linesStandForThemselves() {
    Answer answer =
        server.putLines(
            """
            {"id": "a", "text": "1"}

            not json
            {"id": "b", "text": " "}\r
            {"id": "c", "text": "3"}""");
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.json().get("accepted").intValue()).isEqualTo(2);
    assertThat(answer.json().get("rejected").intValue()).isEqualTo(2);
    assertThat(answer.json().get("errors").findValuesAsText("line")).containsExactly("3", "4");
    assertThat(server.writer.upserts).extracting(Document::id).containsExactly("a", "c");
    assertThat(server.writer.deadLetters)
        .extracting(FakeWriter.DeadLetter::source)
        .containsExactly("PUT /v1/documents line 3", "PUT /v1/documents line 4");
    assertThat(server.writer.deadLetters.get(0).original())
        .isEqualTo("not json".getBytes(StandardCharsets.UTF_8));
    assertThat(server.writer.deadLetters.get(1).reason()).isEqualTo("text must not be blank");
  }

  @Test
  void ofManyUnknownFieldsSomeAreNamed() {
    StringBuilder vocabulary = new StringBuilder("{\"id\": \"a\"");
    for (int word = 0; word < 100_000; word++) {
      vocabulary.append(", \"w").append(word).append("\": ").append(word);
    }
    String line = vocabulary.append("}").toString();
    Answer answer = server.putLines("{\"id\": \"b\", \"text\": \"t\"}\n" + line);
    assertThat(answer.status()).isEqualTo(202);
    String reason = server.writer.deadLetters.get(0).reason();
    assertThat(reason)
        .startsWith("unknown field 'w0'")
        .contains("unknown field 'w19'; ", "; 99,980 more unknown fields; text is missing")
        .doesNotContain("w20'");
  }

  @Test
  void aStreamMayBeLongerThanABody() {
    String line = "{\"id\": \"a\", \"text\": \"t\"}\n";
    Answer answer = server.putLines(line.repeat(5_000));
    assertThat(answer.json().get("accepted").intValue()).isEqualTo(5_000);
    assertThat(server.writer.upserts).hasSize(5_000);
  }

  @Test
  void aLineThatIsTooLongIsCutAndPutAside() {
    String line = "{\"id\": \"a\", \"text\": \"" + "t".repeat(5_500_000) + "\"}";
    Answer answer = server.putLines(line + "\n{\"id\": \"b\", \"text\": \"t\"}");
    assertThat(answer.status()).isEqualTo(202);
    assertThat(server.writer.upserts).extracting(Document::id).containsExactly("b");
    assertThat(server.writer.deadLetters.get(0).original()).hasSize(5_403_072);
    assertThat(server.writer.deadLetters.get(0).reason())
        .startsWith("a line must be at most 5403072 bytes, was 5500023");
  }

  @Test
  void aLineOfEscapesIsAsLongAsItsDocument() {
    String text = "\\u0061".repeat(800_000);
    Answer answer = server.putLines("{\"id\": \"a\", \"text\": \"" + text + "\"}");
    assertThat(answer.status()).isEqualTo(202);
    assertThat(server.writer.upserts.get(0).text()).isEqualTo("a".repeat(800_000));
    String tooLong = "{\"id\": \"a\", \"text\": \"" + "a".repeat(1_000_000) + "\"}";
    assertProblem(server.putLines(tooLong), 400, "a document must be at most 900000 bytes, was");
    assertThat(server.writer.deadLetters.get(0).original()).hasSize(tooLong.length());
  }

  @Test
  void linesThatAreNotUtf8ArePutAsideByteForByte() {
    byte[] bad = {'{', '"', (byte) 0xFF, '"', '}'};
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes("{\"id\": \"a\", \"text\": \"1\"}\n".getBytes(StandardCharsets.UTF_8));
    body.writeBytes(bad);
    Answer answer = server.putLines(body.toByteArray());
    assertThat(answer.status()).isEqualTo(202);
    assertThat(server.writer.deadLetters.get(0).original()).isEqualTo(bad);
    assertThat(server.writer.deadLetters.get(0).reason())
        .isEqualTo("a line must be UTF-8, is not at byte 2");
  }

  @Test
  void noGoodLineIsABadRequest() {
    Answer answer = server.putLines("x\n".repeat(30));
    assertProblem(answer, 400, "none of the 30 lines is a document");
    assertThat(answer.json().get("rejected").intValue()).isEqualTo(30);
    assertThat(answer.json().get("errors")).hasSize(20);
    assertThat(server.writer.deadLetters).hasSize(30);
  }

  @Test
  void claimsNothingThatTheBrokerDidNotAcknowledge() {
    server.writer.failing = id -> id.equals("b");
    assertProblem(
        server.putLines("{\"id\":\"a\",\"text\":\"1\"}\n{\"id\":\"b\",\"text\":\"2\"}"),
        503,
        "Kafka did not acknowledge every document of this request: no leader. Send the whole");
    assertProblem(server.putJson("{\"id\":\"b\",\"text\":\"2\"}"), 503, "no leader");
    assertProblem(server.send("DELETE", "/v1/documents/b", null), 503, "no leader");
  }

  @Test
  void givesUpAtTheFirstWriteThatFails() {
    AtomicInteger attempts = new AtomicInteger();
    server.writer.failing = id -> attempts.incrementAndGet() > 3;
    assertProblem(server.putLines("{\"id\":\"a\",\"text\":\"1\"}\n".repeat(100)), 503, "no leader");
    assertThat(attempts).hasValue(4);
  }

  @Test
  void writersThatWaitForTheBrokerLeaveRoomForSearches() throws Exception {
    server.writer.acknowledgement = new CompletableFuture<>();
    ExecutorService clients = Executors.newCachedThreadPool();
    try {
      List<Future<Answer>> waiting = new ArrayList<>();
      for (int i = 0; i < DocumentResource.MAX_WRITERS; i++) {
        waiting.add(clients.submit(() -> server.send("DELETE", "/v1/documents/a", null)));
      }
      await().until(() -> server.writer.deletes.size() == DocumentResource.MAX_WRITERS);
      String reason = "32 uploads and deletes are waiting for Kafka already; try again";
      assertProblem(server.send("DELETE", "/v1/documents/a", null), 503, reason);
      assertProblem(server.putJson("{\"id\":\"a\",\"text\":\"1\"}"), 503, reason);
      assertThat(server.postJson("/v1/search", "{\"query\":\"a\"}").status()).isEqualTo(200);
      server.writer.acknowledgement.complete(null);
      for (Future<Answer> answer : waiting) {
        assertThat(answer.get().status()).isEqualTo(202);
      }
      assertThat(server.send("DELETE", "/v1/documents/a", null).status()).isEqualTo(202);
    } finally {
      clients.shutdownNow();
    }
  }

  @Test
  void curlsDefaultTypeCountsAsJsonAndNoOtherDoes() {
    byte[] body = "{\"id\":\"a\",\"text\":\"1\"}".getBytes(StandardCharsets.UTF_8);
    String form = "application/x-www-form-urlencoded";
    assertThat(server.send("PUT", "/v1/documents", body, "Content-Type", form).status())
        .isEqualTo(202);
    assertThat(server.writer.upserts).extracting(Document::id).containsExactly("a");
    Answer fromAPage =
        server.send(
            "PUT", "/v1/documents", body, "Content-Type", form, "Origin", "https://example.org");
    assertThat(fromAPage.status()).isEqualTo(415);
    for (String other : List.of(form + ";charset=UTF-8", "text/plain", "multipart/form-data")) {
      assertThat(server.send("PUT", "/v1/documents", body, "Content-Type", other).status())
          .isEqualTo(415);
    }
  }

  @Test
  void readsAndDeletesByAnyId() {
    String id = "https://example.org/a b?c=ä%#/..";
    server.searcher.documents.put(
        id, new Document(id, "T", "t", Map.of("year", 2026), Instant.EPOCH));
    String path = "/v1/documents/https%3A%2F%2Fexample.org%2Fa%20b%3Fc%3D%C3%A4%25%23%2F..";
    Answer answer = server.get(path);
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
    assertThat(answer.json().get("id").asText()).isEqualTo(id);
    assertThat(answer.json().get("timestamp").asText()).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(answer.json().get("attributes").get("year").intValue()).isEqualTo(2026);
    assertThat(server.send("DELETE", path, null).status()).isEqualTo(202);
    assertThat(server.writer.deletes).containsExactly(id);
  }

  @Test
  void saysWhatIsMissingTooLongOrOfAnotherKind() {
    assertProblem(server.get("/v1/documents/no"), 404, "there is no document with the id 'no'");
    assertProblem(server.get("/v1/documents/a%0Ab"), 400, "id must not hold control characters");
    assertProblem(
        server.putJson("{\"id\":\"a\",\"text\":\"" + "t".repeat(3_000) + "\"}"),
        413,
        "a body must be at most 2048 bytes (serve.maxRequestBytes), was 3020; send less at a time, or"
            + " one document a line as application/x-ndjson");
    assertProblem(
        server.send("PUT", "/v1/documents", new byte[0], "Content-Type", "text/csv"),
        415,
        "Content-Type must be application/json or application/x-ndjson or application/jsonl, was"
            + " text/csv");
    assertProblem(server.putJson("{\"id\":"), 400, "the body must be JSON, is broken at column");
    assertProblem(server.putJson("{\"a\":1,\"a\":2}"), 400, "Duplicate field 'a'");
  }

  @Test
  void countsDocuments() {
    server.putLines("{\"id\":\"a\",\"text\":\"1\"}\nx");
    server.send("DELETE", "/v1/documents/a", null);
    assertThat(server.get("/metrics").response().body())
        .contains("freshet_http_documents_total{outcome=\"accepted\"} 1.0")
        .contains("freshet_http_documents_total{outcome=\"rejected\"} 1.0")
        .contains("freshet_http_documents_total{outcome=\"deleted\"} 1.0");
  }

  static void assertProblem(Answer answer, int status, String detail) {
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(status);
    assertThat(answer.type()).isEqualTo("application/problem+json");
    JsonNode body = answer.json();
    assertThat(body.get("status").intValue()).isEqualTo(status);
    assertThat(body.get("type").asText()).isEqualTo("about:blank");
    assertThat(body.get("title").asText()).isNotBlank();
    assertThat(body.get("detail").asText()).contains(detail);
  }
}
