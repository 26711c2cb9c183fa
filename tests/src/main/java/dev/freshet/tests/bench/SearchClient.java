package dev.freshet.tests.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/** What the benchmarks ask a serve node over HTTP. Thread-safe. */
final class SearchClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int QUERY_CHARACTERS = 60;

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI uri;
  private final @Nullable String apiKey;

  /**
   * @param apiKey the node's, or null where it has none
   */
  SearchClient(URI uri, @Nullable String apiKey) {
    this.uri = uri;
    this.apiKey = apiKey;
  }

  /**
   * A search as people make it, by the beginning of a text.
   *
   * @return whether the answer is one of all documents, not only of those that this node holds
   */
  boolean search(String text) {
    String query = text.substring(0, Math.min(QUERY_CHARACTERS, text.length()));
    JsonNode answer = json(post(JSON.createObjectNode().put("query", query)));
    return !answer.path("partial").asBoolean();
  }

  /** Whether a search returns the document with this {@code bench} attribute. */
  boolean finds(String mark) {
    ObjectNode request =
        JSON.createObjectNode()
            .put("query", "anything")
            .put("k", 1)
            .put("mode", "dense"); // what the encoder alone is compared with
    request.putObject("filter").put("bench", mark);
    JsonNode answer = json(post(request));
    return answer.required("hits").size() == 1;
  }

  private HttpResponse<String> post(JsonNode body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri.resolve("/v1/search"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
    if (apiKey != null) {
      request.header("X-API-Key", apiKey);
    }
    return exchange(request.build());
  }

  private HttpResponse<String> exchange(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(request.uri().toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode json(HttpResponse<String> answer) {
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(
          answer.uri() + ": " + answer.statusCode() + " " + answer.body());
    }
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(answer.body(), e);
    }
  }
}
