package dev.freshet.pipeline.http;

import static dev.freshet.pipeline.http.DocumentResourceTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.model.encoder.Priority;
import dev.freshet.model.service.Encoders;
import dev.freshet.pipeline.FakeEncoder;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.http.TestServer.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpServerTest {
  private TestServer server = TestServer.start();

  @AfterEach
  void stop() {
    server.close();
  }

  private void restart(String... settings) {
    server.close();
    server = TestServer.start(settings);
  }

  @Test
  void tellsLiveFromReady() {
    assertThat(server.get("/health/live").status()).isEqualTo(200);
    assertThat(server.get("/health/ready").status()).isEqualTo(200);
    server.obstacle = Optional.of("12 of 100 records read");
    assertThat(server.get("/health/live").status()).isEqualTo(200);
    assertProblem(server.get("/health/ready"), 503, "12 of 100 records read");
    server.stall = Optional.of("the vectors are not followed any more");
    assertProblem(server.get("/health/live"), 503, "the vectors are not followed any more");
    assertThat(server.send("HEAD", "/health/live", null).status()).isEqualTo(503);
  }

  @Test
  void headSaysWhatGetSays() {
    assertThat(server.send("HEAD", "/health/live", null).status()).isEqualTo(200);
    assertThat(server.send("HEAD", "/health/ready", null).status()).isEqualTo(200);
    assertThat(server.send("HEAD", "/v1/documents/nobody", null).status()).isEqualTo(404);
    server.obstacle = Optional.of("12 of 100 records read");
    assertThat(server.send("HEAD", "/health/ready", null).status()).isEqualTo(503);
  }

  @Test
  void aMethodIsTheRequestsOwnAndAnyOtherWordIsNoTimeSeries() {
    assertProblem(
        server.get("/v1/documents/a", "X-HTTP-Method-Override", "DELETE"),
        400,
        "X-HTTP-Method-Override is not followed");
    assertThat(server.writer.deletes).isEmpty();
    assertThat(server.send("NONSENSE", "/health/live", null).status()).isBetween(400, 499);
    await()
        .untilAsserted(
            () ->
                assertThat(server.get("/metrics").response().body())
                    .contains("method=\"other\"")
                    .doesNotContain("NONSENSE"));
  }

  @Test
  void whoAsksWhileAPlanIsMadeGetsThatOne() {
    CompletableFuture<Integer> plan = new CompletableFuture<>();
    AtomicInteger made = new AtomicInteger();
    SharedTask<Integer> task =
        new SharedTask<>(
            "plan",
            () -> {
              made.incrementAndGet();
              return plan.join();
            });
    List<CompletableFuture<Integer>> answers = List.of(task.run(), task.run(), task.run());
    plan.complete(7);
    assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isEqualTo(7));
    assertThat(made).hasValue(1);
    assertThat(task.run().join()).isEqualTo(7);
    assertThat(made).as("the next one is made anew").hasValue(2);
  }

  @Test
  void listsGenerations() {
    JsonNode body = server.get("/v1/generations").json();
    assertThat(body.get("served").intValue()).isEqualTo(1);
    JsonNode generation = body.get("generations").get(0);
    assertThat(generation.get("generation").intValue()).isEqualTo(1);
    assertThat(generation.get("state").asText()).isEqualTo("SERVED");
    assertThat(generation.get("progress").doubleValue()).isEqualTo(1.0);
    assertThat(generation.get("ready").booleanValue()).isTrue();
    assertThat(generation.get("behind").longValue()).isEqualTo(1_200);
    assertThat(generation.has("documents")).isTrue();
  }

  @Test
  void noPageOfAnotherSiteCanSwitchGenerations() {
    String path = "/v1/generations/1/serve";
    assertThat(server.send("POST", path, new byte[0]).status()).isEqualTo(415);
    for (String simple : new String[] {"text/plain", "application/x-www-form-urlencoded"}) {
      assertThat(server.send("POST", path, new byte[0], "Content-Type", simple).status())
          .isEqualTo(415);
    }
    Answer declared = server.send("POST", path, new byte[0], "Content-Type", "application/json");
    assertThat(declared.status()).isEqualTo(200);
  }

  @Test
  void saysWhatTheNextGenerationWillCost() {
    JsonNode plan = server.get("/v1/generations/plan").json();
    assertThat(plan.get("documents").longValue()).isEqualTo(TestServer.PLAN.documents());
    assertThat(plan.get("changes").longValue()).isEqualTo(TestServer.PLAN.changes());
    assertThat(plan.get("tokens").longValue()).isEqualTo(TestServer.PLAN.tokens());
    assertThat(plan.get("seconds").doubleValue()).isEqualTo(TestServer.PLAN.seconds());
    assertThat(plan.get("storeBytes").longValue()).isEqualTo(TestServer.PLAN.storeBytes());
  }

  @Test
  void theRefreshsShareIsChangedWhileItRuns() {
    try {
      assertThat(server.get("/v1/refresh").json().get("share").doubleValue()).isEqualTo(1);
      assertThat(share("{\"share\": 0.25}").json().get("share").doubleValue()).isEqualTo(0.25);
      assertThat(Encoders.refreshShare()).isEqualTo(0.25);
      for (String bad : new String[] {"0", "-1", "1.01", "1e400"}) {
        assertThat(share("{\"share\": %s}".formatted(bad)).status()).isEqualTo(400);
      }
      assertProblem(
          share("{\"share\": 2}"),
          400,
          "the refresh's share must be above 0 and at most 1, was 2.0");
      assertProblem(share("{\"share\": \"all\"}"), 400, "share must be a number, was a string");
      assertProblem(share("{}"), 400, "share is missing");
      assertThat(server.get("/v1/refresh").json().get("share").doubleValue()).isEqualTo(0.25);
    } finally {
      Encoders.refreshShare(1);
    }
  }

  private Answer share(String body) {
    return server.send(
        "PUT",
        "/v1/refresh",
        body.getBytes(StandardCharsets.UTF_8),
        "Content-Type",
        "application/json");
  }

  @Test
  void everyErrorIsAProblem() throws IOException {
    assertProblem(server.get("/nothing"), 404, "There is nothing at GET /nothing.");
    Answer wrongMethod = server.get("/v1/search");
    assertProblem(wrongMethod, 405, "GET is not possible at /v1/search.");
    assertThat(wrongMethod.response().headers().firstValue("Allow")).contains("POST");
    assertProblem(
        server.send("POST", "/v1/search", new byte[0]),
        415,
        "Content-Type must be application/json, was missing");
    assertProblem(server.get("/" + "a".repeat(20_000)), 414, "URI");
    assertThat(raw("GET / HTTP/1.1\r\nHost: localhost\r\nbroken header\r\n\r\n"))
        .startsWith("HTTP/1.1 400")
        .contains("application/problem+json");
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void anIdThatAPathCannotHoldIsRefusedInASentence() throws IOException {
    refused(".", "an id that is '.' or '..' cannot be in a path");
    refused("..", "an id that is '.' or '..' cannot be in a path");
    refused("%2e", "an id that is '.' or '..' cannot be in a path");
    refused("%2E%2e", "an id that is '.' or '..' cannot be in a path");
    refused("a%00b", "a path cannot hold %00");
    refused("%zz", "nor % without two hexadecimal digits");
    refused("%ff", "Bad UTF-8 encoding");
    refused("", "is not possible at /v1/documents/");
    assertThat(server.writer.deletes).isEmpty();
  }

  private void refused(String id, String detail) throws IOException {
    for (String method : new String[] {"GET", "DELETE"}) {
      String line = method + " /v1/documents/" + id + " HTTP/1.1";
      assertThat(raw(line + "\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
          .as(line)
          .startsWith("HTTP/1.1 4")
          .contains("application/problem+json", detail);
    }
  }

  @Test
  void aBodyThatEndsEarlyIsNoDocument() throws IOException {
    String answer =
        raw(
            "PUT /v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
                + "Content-Length: 1000\r\n\r\n{\"id\":\"a\",\"text\":\"t\"}\n{\"id\":\"b\",\"text\":\"t\"}");
    assertThat(answer)
        .startsWith("HTTP/1.1 400")
        .contains("after 1 good lines, which were written");
    assertThat(server.writer.upserts).extracting(Document::id).containsExactly("a");
  }

  @Test
  void withAKeyOnlyHealthIsOpen() {
    restart("apiKey", "s3cret");
    assertThat(server.get("/health/live").status()).isEqualTo(200);
    assertThat(server.get("/health/ready").status()).isEqualTo(200);
    for (String path : new String[] {"/v1/generations", "/metrics", "/nothing", "/health/x"}) {
      Answer answer = server.get(path);
      assertProblem(answer, 401, "an API key is needed: send Authorization: Bearer KEY");
      assertThat(answer.response().headers().firstValue("WWW-Authenticate")).contains("Bearer");
    }
    assertProblem(
        server.get("/v1/generations", "Authorization", "Bearer s3cre"),
        401,
        "the API key is wrong");
    assertProblem(server.get("/v1/generations", "X-API-Key", ""), 401, "the API key is wrong");
    assertThat(server.get("/v1/generations", "Authorization", "bearer s3cret").status())
        .isEqualTo(200);
    assertThat(server.get("/v1/generations", "X-API-Key", "s3cret").status()).isEqualTo(200);
  }

  @Test
  void aPathThatNormalisesToHealthOpensNothing() throws IOException {
    restart("apiKey", "s3cret");
    for (String path :
        new String[] {
          "/health/live/../../v1/generations",
          "/health/live%2F..%2F..%2Fv1/generations",
          "/health/live;/../../v1/generations",
          "//v1/generations",
          "/v1/generations;/health/live"
        }) {
      assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
          .as(path)
          .doesNotContain("served");
    }
  }

  @Test
  void aPortInUseIsSaidInASentence() {
    assertThatThrownBy(() -> TestServer.start("port", Integer.toString(server.port())))
        .isInstanceOf(HttpStartException.class)
        .hasMessage(
            "cannot listen on 127.0.0.1:%d: the port is in use, perhaps by another Freshet, or the"
                    .formatted(server.port())
                + " address is not this machine's; choose another with --port (0 takes a free one)");
  }

  @Test
  void measuresByRouteNotByPath() {
    server.get("/v1/documents/a");
    server.get("/v1/documents/b");
    server.get("/nothing");
    server.postJson("/v1/search", "{\"query\":\"a\"}");
    assertThat(server.get("/metrics").response().body())
        .contains(
            "freshet_http_requests_seconds_count{method=\"GET\",route=\"/v1/documents/{id}\",status=\"404\"}"
                + " 2")
        .contains("route=\"none\",status=\"404\"")
        .contains("freshet_search_latency_seconds_bucket");
  }

  @Test
  void embedsLikeOpenAi() {
    Answer one =
        server.postJson("/v1/embeddings", "{\"model\": \"m\", \"input\": \"one two three\"}");
    assertThat(one.response().body())
        .isEqualTo(
            "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,"
                + "\"embedding\":[1.0,3.0]}],\"model\":\"m\",\"generation\":1,"
                + "\"usage\":{\"prompt_tokens\":3,\"total_tokens\":3}}");
    JsonNode many =
        server
            .postJson(
                "/v1/embeddings",
                """
                {"model": "m", "input": ["one", "one two"], "encoding_format": "base64",
                 "input_type": "query", "dimensions": 2, "user": "u"}
                """)
            .json();
    byte[] bytes = Base64.getDecoder().decode(many.get("data").get(1).get("embedding").asText());
    float[] vector = new float[2];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    assertThat(vector).containsExactly(0f, 2f);
    assertThat(many.get("usage").get("total_tokens").intValue()).isEqualTo(3);
  }

  @Test
  void theSideThatIsAskedForEmbeds() {
    server.postJson("/v1/embeddings", "{\"input\": \"a\", \"input_type\": \"query\"}");
    assertThat(server.queries.priority).isEqualTo(Priority.QUERY);
    assertThat(server.documents.priority).isNull();
    server.postJson("/v1/embeddings", "{\"input\": \"a\"}");
    assertThat(server.documents.priority).isEqualTo(Priority.SERVED);
    assertThat(server.queries.priority).isEqualTo(Priority.QUERY);
  }

  @Test
  void textsThatWaitForAGenerationThatIsRetiredAreEmbeddedByTheNextOne() {
    FakeEncoder next = new FakeEncoder();
    CompletableFuture<float[]> closed = new CompletableFuture<>();
    server.documents.answer = closed;
    CompletableFuture<Answer> asked =
        CompletableFuture.supplyAsync(
            () -> server.postJson("/v1/embeddings", "{\"input\": \"a\"}"),
            task -> new Thread(task).start());
    await().until(() -> server.documents.priority != null);
    server.encoders = new ServedEncoders(2, next, next);
    closed.completeExceptionally(new IllegalStateException("the encoder is closed"));
    assertThat(asked.join().status()).isEqualTo(200);
    assertThat(asked.join().json().get("generation").intValue()).isEqualTo(2);
  }

  @Test
  void anEncoderThatIsClosedWhereNothingElseIsServedIsAFailure() {
    server.documents.answer =
        CompletableFuture.failedFuture(new IllegalStateException("the encoder is closed"));
    assertThat(server.postJson("/v1/embeddings", "{\"input\": \"a\"}").status()).isEqualTo(500);
  }

  @Test
  void refusesTextsThatAreTooManyAtATime() {
    CompletableFuture<float[]> vector = new CompletableFuture<>();
    server.documents.answer = vector;
    int each = EmbeddingResource.MOST_WAITING / 4;
    String body = "{\"input\": [%s]}".formatted("\"a\",".repeat(each - 1) + "\"a\"");
    List<CompletableFuture<Answer>> asked = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      asked.add(
          CompletableFuture.supplyAsync(
              () -> server.postJson("/v1/embeddings", body), task -> new Thread(task).start()));
    }
    Answer refused =
        (Answer) CompletableFuture.anyOf(asked.toArray(CompletableFuture[]::new)).join();
    assertProblem(refused, 503, "8192 texts wait already and 8192 are the most; these are 2048");

    vector.complete(new float[] {1, 2});
    assertThat(asked.stream().map(answer -> answer.join().status()))
        .containsExactlyInAnyOrder(200, 200, 200, 200, 503);
    assertThat(server.postJson("/v1/embeddings", body).status()).isEqualTo(200);
  }

  @Test
  void refusesWhatCannotBeEmbedded() {
    embeddingRefused("{}", 400, "input must be a text or a list of texts, was missing");
    embeddingRefused("{\"input\": []}", 400, "a list of texts, was empty");
    embeddingRefused("{\"input\": [\"a\", [1]]}", 400, "was a list of tokens");
    embeddingRefused("{\"input\": [1, 2]}", 400, "was a list of tokens");
    embeddingRefused("{\"input\": [\"a\", true]}", 400, "input[1] must be a string, was a boolean");
    embeddingRefused("{\"input\": \"\"}", 400, "input must not be blank");
    embeddingRefused("{\"input\": \"a\", \"dimensions\": 3}", 400, "dimensions must be 2");
    embeddingRefused(
        "{\"input\": \"a\", \"encoding_format\": \"hex\"}",
        400,
        "encoding_format must be \"float\" or \"base64\", was \"hex\"");
    embeddingRefused("{\"input\": \"poison\"}", 422, "input cannot be encoded: the vector is");
    embeddingRefused(
        "{\"input\": [" + "\"a\",".repeat(2_048) + "\"a\"]}",
        400,
        "input must be at most 2048 texts, was 2049");
  }

  private void embeddingRefused(String body, int status, String detail) {
    assertProblem(server.postJson("/v1/embeddings", body), status, detail);
  }
}
