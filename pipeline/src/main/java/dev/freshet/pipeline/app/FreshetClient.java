package dev.freshet.pipeline.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Talks to the HTTP interface of a running Freshet. Thread-safe. */
public final class FreshetClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(5);

  /** An answer, good or bad; {@code json} is missing where the body is none. */
  public record Answer(int status, JsonNode json, String body) {
    /** Whether the server did what it was asked. */
    public boolean good() {
      return status / 100 == 2;
    }

    /** Whether the same request may do better later. */
    boolean worthRetrying() {
      return status >= 500 || status == 429;
    }

    /** What is wrong, for people. */
    String problem() {
      String detail = json.path("detail").asText("");
      String reason = detail.isEmpty() ? "HTTP " + status : detail;
      return status == 401 ? reason + " (--api-key, or FRESHET_API_KEY)" : reason;
    }
  }

  private final URI base;
  private final @Nullable String apiKey;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  /**
   * @param base where Freshet is, without a path
   * @param apiKey null for none
   */
  public FreshetClient(URI base, @Nullable String apiKey) {
    this.base = base;
    this.apiKey = apiKey;
  }

  /** The server's address. */
  URI base() {
    return base;
  }

  /**
   * Asks, and wants a good answer.
   *
   * @throws CommandException when there is none
   */
  public Answer get(String path) {
    return require(request("GET", path, BodyPublishers.noBody(), null));
  }

  /**
   * Asks with a JSON body, and wants a good answer.
   *
   * @throws CommandException when there is none
   */
  public Answer post(String path, JsonNode body) {
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    return require(request("POST", path, BodyPublishers.ofByteArray(bytes), "application/json"));
  }

  /**
   * Sets something, and wants a good answer.
   *
   * @throws CommandException when there is none
   */
  Answer put(String path, JsonNode body) {
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    return require(request("PUT", path, BodyPublishers.ofByteArray(bytes), "application/json"));
  }

  /**
   * Tells it to do something, and wants a good answer.
   *
   * @throws CommandException when there is none
   */
  Answer post(String path) {
    return require(request("POST", path, BodyPublishers.noBody(), "application/json"));
  }

  /**
   * Sends documents, one a line.
   *
   * @return the answer, good or bad
   * @throws IOException when the server cannot be reached or does not answer
   */
  public Answer putLines(byte[] lines) throws IOException, InterruptedException {
    return send(
        request("PUT", "/v1/documents", BodyPublishers.ofByteArray(lines), "application/x-ndjson"));
  }

  private HttpRequest request(
      String method, String path, BodyPublisher body, @Nullable String contentType) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path)).method(method, body);
    request.timeout(ANSWER_TIMEOUT);
    if (contentType != null) {
      request.header("Content-Type", contentType);
    }
    if (apiKey != null) {
      request.header("Authorization", "Bearer " + apiKey);
    }
    return request.build();
  }

  private Answer require(HttpRequest request) {
    Answer answer;
    try {
      answer = send(request);
    } catch (IOException e) {
      throw new CommandException(unreachable(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted", e);
    }
    if (!answer.good()) {
      throw new CommandException(answer.problem());
    }
    if (answer.json().isMissingNode()) {
      throw new CommandException(base + " answers, but not as Freshet does; check --url");
    }
    return answer;
  }

  private Answer send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    return new Answer(response.statusCode(), json(response.body()), response.body());
  }

  private static JsonNode json(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      // Something between us and the server answered; the status says enough.
      return MissingNode.getInstance();
    }
  }

  /** Why nobody answers, for people. */
  String unreachable(IOException e) {
    return e instanceof ConnectException
        ? "nobody answers at " + base + " (is Freshet running there?)"
        : "no answer from " + base + ": " + (e.getMessage() == null ? e : e.getMessage());
  }
}
