package dev.freshet.pipeline.conduct;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/**
 * Flink's REST API over HTTP. Methods throw {@link FlinkRestException} when the answer is not a
 * good one. Thread-safe.
 */
final class FlinkRest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** A job's main method runs before its submission is answered, and may wait for Kafka. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(3);

  private static final int MOST_OF_A_MESSAGE = 1_000;

  private final String base;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  /**
   * @param base the address of Flink's REST API, without a slash at the end
   */
  FlinkRest(URI base) {
    this.base = base.toString();
  }

  JsonNode get(String path) {
    return send("GET", path, BodyPublishers.noBody(), "application/json");
  }

  JsonNode post(String path, JsonNode body) {
    return send("POST", path, BodyPublishers.ofString(body.toString()), "application/json");
  }

  void patch(String path) {
    send("PATCH", path, BodyPublishers.noBody(), "application/json");
  }

  /**
   * Sends a file as a form would.
   *
   * @param field the form's field
   * @param name the file's name over there
   */
  JsonNode upload(String path, String field, Path file, String name) {
    String boundary = UUID.randomUUID().toString();
    String head =
        "--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\nContent-Type: application/x-java-archive\r\n\r\n"
            .formatted(boundary, field, name);
    try {
      BodyPublisher body =
          BodyPublishers.concat(
              BodyPublishers.ofString(head, UTF_8),
              BodyPublishers.ofFile(file),
              BodyPublishers.ofString("\r\n--%s--\r\n".formatted(boundary), UTF_8));
      return send("POST", path, body, "multipart/form-data; boundary=" + boundary);
    } catch (FileNotFoundException e) {
      throw new IllegalStateException("cannot read " + file, e);
    }
  }

  private JsonNode send(String method, String path, BodyPublisher body, String contentType) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + path))
            .method(method, body)
            .header("Content-Type", contentType)
            .timeout(ANSWER_TIMEOUT)
            .build();
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString(UTF_8));
      return good(request, answer.statusCode(), answer.body());
    } catch (IOException e) {
      throw new FlinkRestException(
          0,
          "Flink does not answer at %s: %s. Check conduct.flink."
              .formatted(request.uri(), e.getMessage() == null ? e : e.getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlinkRestException(0, "interrupted while asking " + request.uri(), e);
    }
  }

  private static JsonNode good(HttpRequest request, int status, String body) {
    JsonNode json = json(body);
    if (status / 100 != 2) {
      throw new FlinkRestException(
          status,
          "%s %s: HTTP %d, %s"
              .formatted(request.method(), request.uri(), status, problem(json, body)),
          null);
    }
    if (!json.isObject()) {
      throw new FlinkRestException(
          status,
          "%s answers, but not as Flink does. Check conduct.flink.".formatted(request.uri()),
          null);
    }
    return json;
  }

  /** Flink's own message: the last of its errors, of a stack trace the reason. */
  private static String problem(JsonNode json, String body) {
    JsonNode errors = json.path("errors");
    String said = errors.isEmpty() ? body : errors.get(errors.size() - 1).asText();
    String reason = StackTraces.reason(said);
    return reason.length() <= MOST_OF_A_MESSAGE
        ? reason
        : reason.substring(0, MOST_OF_A_MESSAGE) + "…";
  }

  private static JsonNode json(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      // Something between us and Flink answered; the status says enough.
      return MissingNode.getInstance();
    }
  }
}
