package dev.freshet.pipeline.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.pipeline.search.DocumentVersion;
import dev.freshet.pipeline.search.RefreshPlan;
import dev.freshet.pipeline.search.ShardDocument;
import dev.freshet.pipeline.search.ShardJson;
import dev.freshet.pipeline.search.ShardLists;
import dev.freshet.pipeline.search.ShardQuery;
import dev.freshet.pipeline.search.ShardStatus;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A serve node, asked over HTTP of its own partitions; see {@link
 * dev.freshet.pipeline.search.Shard}. Futures complete with a {@link NodeException} where it does
 * not answer. Thread-safe.
 */
final class RemoteNode {
  private static final Duration LOOK_TIMEOUT = Duration.ofSeconds(5);
  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;
  private static final int NOT_FOUND = 404;
  private static final int UNPROCESSABLE = 422;

  private final HttpClient http;
  private final URI uri;
  private final @Nullable String apiKey;
  private final Duration timeout;
  private final Duration longTimeout;

  /**
   * @param uri without a slash at its end
   * @param apiKey that the node asks for; null for none
   * @param timeout of questions that people wait for
   * @param longTimeout of those for a plan and for embeddings
   */
  RemoteNode(
      HttpClient http, URI uri, @Nullable String apiKey, Duration timeout, Duration longTimeout) {
    this.http = http;
    this.uri = uri;
    this.apiKey = apiKey;
    this.timeout = timeout;
    this.longTimeout = longTimeout;
  }

  URI uri() {
    return uri;
  }

  CompletableFuture<ShardStatus> status() {
    return get("/v1/shard", LOOK_TIMEOUT, json -> ShardJson.read(json, ShardStatus.class));
  }

  CompletableFuture<ShardLists> search(ShardQuery query) {
    return post(
            "/v1/shard/search",
            ShardJson.writeQuery(query),
            json -> ShardJson.read(json, ShardLists.class))
        .thenApply(
            lists -> {
              if (lists.generation() != query.generation()) {
                throw new NodeException(
                    NodeException.Kind.FAILED,
                    "it was asked for generation %d and answers from %d"
                        .formatted(query.generation(), lists.generation()));
              }
              return lists;
            });
  }

  CompletableFuture<List<String>> superseded(int generation, List<DocumentVersion> documents) {
    return post(
        "/v1/shard/superseded",
        ShardJson.write(new ShardJson.Versions(generation, documents)),
        json -> ShardJson.read(json, ShardJson.Superseded.class).ids());
  }

  CompletableFuture<ShardDocument> document(int generation, String id) {
    String path = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    return get(
        "/v1/shard/documents/%s?generation=%d".formatted(path, generation),
        timeout,
        ShardJson::readDocument);
  }

  CompletableFuture<RefreshPlan> plan() {
    return get("/v1/shard/plan", longTimeout, json -> ShardJson.read(json, RefreshPlan.class));
  }

  /**
   * Passes a request for embeddings on.
   *
   * @return its answer, also where that says what is wrong with the request
   */
  CompletableFuture<HttpResponse<byte[]>> embeddings(byte[] body) {
    HttpRequest.Builder request =
        request("/v1/embeddings", longTimeout)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body));
    return send(request)
        .thenApply(
            response -> {
              if (response.statusCode() >= 500 || response.statusCode() == UNAUTHORIZED) {
                throw refused(response);
              }
              return response;
            });
  }

  private <T> CompletableFuture<T> get(
      String path, Duration patience, Function<byte[], T> reading) {
    return send(request(path, patience)).thenApply(response -> read(response, reading));
  }

  private <T> CompletableFuture<T> post(String path, byte[] body, Function<byte[], T> reading) {
    HttpRequest.Builder request =
        request(path, timeout)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body));
    return send(request).thenApply(response -> read(response, reading));
  }

  private HttpRequest.Builder request(String path, Duration patience) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri + path)).timeout(patience);
    if (apiKey != null) {
      request.header("Authorization", "Bearer " + apiKey);
    }
    return request;
  }

  private CompletableFuture<HttpResponse<byte[]>> send(HttpRequest.Builder builder) {
    HttpRequest request = builder.build();
    return sendOnce(request)
        .exceptionallyCompose(
            thrown ->
                isClosedConnection(unwrap(thrown))
                    ? sendOnce(request)
                    : CompletableFuture.failedFuture(thrown))
        .exceptionally(
            thrown -> {
              throw unreachable(unwrap(thrown));
            });
  }

  /** The client's own timeout ends with the headers: a body that stops half-way would never end. */
  private CompletableFuture<HttpResponse<byte[]>> sendOnce(HttpRequest request) {
    CompletableFuture<HttpResponse<byte[]>> sent =
        http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
    return sent.copy()
        .orTimeout(request.timeout().orElse(longTimeout).toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((response, thrown) -> sent.cancel(true));
  }

  /** A connection that was kept and just closed by the node says nothing about the node. */
  private static boolean isClosedConnection(Throwable cause) {
    return cause instanceof IOException
        && !(cause instanceof ConnectException)
        && !(cause instanceof HttpTimeoutException);
  }

  private static NodeException unreachable(Throwable cause) {
    String reason =
        cause instanceof ConnectException
            ? "nobody answers there"
            : cause instanceof HttpTimeoutException || cause instanceof TimeoutException
                ? "it does not answer in time"
                : cause.toString();
    return new NodeException(NodeException.Kind.FAILED, reason, cause);
  }

  static Throwable unwrap(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static <T> T read(HttpResponse<byte[]> response, Function<byte[], T> reading) {
    if (response.statusCode() != OK) {
      throw refused(response);
    }
    try {
      return reading.apply(response.body());
    } catch (IllegalArgumentException e) {
      throw new NodeException(
          NodeException.Kind.FAILED,
          "it answers, but not as a serve node does; check gateway.nodes",
          e);
    }
  }

  private static NodeException refused(HttpResponse<byte[]> response) {
    return switch (response.statusCode()) {
      case NOT_FOUND -> new NodeException(NodeException.Kind.UNKNOWN_GENERATION, detail(response));
      case UNPROCESSABLE -> new NodeException(NodeException.Kind.QUERY, detail(response));
      case UNAUTHORIZED ->
          new NodeException(
              NodeException.Kind.FAILED,
              "it wants an API key: set serve.apiKey to that of the nodes");
      default -> new NodeException(NodeException.Kind.FAILED, detail(response));
    };
  }

  private static String detail(HttpResponse<byte[]> response) {
    String status = "HTTP " + response.statusCode();
    try {
      String detail = ShardJson.read(response.body(), JsonNode.class).path("detail").asText();
      return detail.isEmpty() ? status : detail;
    } catch (IllegalArgumentException e) {
      return status; // something between us and the node answered
    }
  }

  @Override
  public String toString() {
    return uri.toString();
  }
}
