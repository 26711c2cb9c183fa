package dev.freshet.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A serve node, asked over HTTP as any client would. */
final class FreshetClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI uri;

  FreshetClient(URI uri) {
    this.uri = uri;
  }

  record Hit(String id, double score, String snippet) {}

  void put(String documents) {
    JsonNode answer =
        send("PUT", "/v1/documents", HttpRequest.BodyPublishers.ofString(documents), 202);
    if (answer.path("rejected").asInt() != 0) {
      throw new AssertionError("rejected: " + answer);
    }
  }

  /** NDJSON: every line stands for itself. */
  void putLines(String lines) {
    json(
        exchange(
            "PUT",
            "/v1/documents",
            HttpRequest.BodyPublishers.ofString(lines),
            "application/x-ndjson"),
        202);
  }

  void delete(String id) {
    send("DELETE", "/v1/documents/" + id, HttpRequest.BodyPublishers.noBody(), 202);
  }

  Optional<JsonNode> document(String id) {
    HttpResponse<String> answer =
        exchange("GET", "/v1/documents/" + id, HttpRequest.BodyPublishers.noBody());
    return answer.statusCode() == 404 ? Optional.empty() : Optional.of(json(answer, 200));
  }

  List<Hit> search(String query, int k) {
    return search(query, k, null);
  }

  List<Hit> search(String query, int k, String filter) {
    // As ranked: tests ask what is first.
    ObjectNode body = JSON.createObjectNode().put("query", query).put("k", k).put("explore", false);
    if (filter != null) {
      body.set("filter", parse(filter));
    }
    var hits = new ArrayList<Hit>();
    JsonNode answer =
        send("POST", "/v1/search", HttpRequest.BodyPublishers.ofString(body.toString()), 200);
    for (JsonNode hit : answer.required("hits")) {
      hits.add(
          new Hit(
              hit.required("id").asText(),
              hit.required("score").asDouble(),
              hit.required("snippet").asText()));
    }
    return hits;
  }

  /** Ids of documents that hold one of the words, the best 100. */
  List<String> withWords(String words) {
    var request = JSON.createObjectNode().put("query", words).put("mode", "lexical").put("k", 100);
    var ids = new ArrayList<String>();
    for (JsonNode hit : answer(request.toString()).required("hits")) {
      ids.add(hit.required("id").asText());
    }
    return ids;
  }

  /** The whole answer to a search. */
  JsonNode answer(String request) {
    return send("POST", "/v1/search", HttpRequest.BodyPublishers.ofString(request), 200);
  }

  /** Whatever a route answers. */
  HttpResponse<String> get(String path) {
    return exchange("GET", path, HttpRequest.BodyPublishers.noBody());
  }

  /** Whatever a search is answered with. */
  HttpResponse<String> trySearch(String request) {
    return exchange("POST", "/v1/search", HttpRequest.BodyPublishers.ofString(request));
  }

  void click(String event) {
    send("POST", "/v1/clicks", HttpRequest.BodyPublishers.ofString(event), 202);
  }

  /** Live documents of the served generation. */
  long documents() {
    return generation().required("documents").asLong();
  }

  /** Live passages of the served generation. */
  long passages() {
    return generation().required("passages").asLong();
  }

  JsonNode plan() {
    return send("GET", "/v1/generations/plan", HttpRequest.BodyPublishers.noBody(), 200);
  }

  private JsonNode generations() {
    return send("GET", "/v1/generations", HttpRequest.BodyPublishers.noBody(), 200);
  }

  private JsonNode generation() {
    return generation(served());
  }

  private JsonNode generation(int number) {
    for (JsonNode generation : generations().required("generations")) {
      if (generation.required("generation").asInt() == number) {
        return generation;
      }
    }
    throw new AssertionError("no generation " + number);
  }

  /** Whether there is a generation of that number. */
  boolean has(int generation) {
    for (JsonNode each : generations().required("generations")) {
      if (each.required("generation").asInt() == generation) {
        return true;
      }
    }
    return false;
  }

  /** Their numbers. */
  Set<Integer> numbers() {
    var numbers = new TreeSet<Integer>();
    for (JsonNode each : generations().required("generations")) {
      numbers.add(each.required("generation").asInt());
    }
    return numbers;
  }

  /** What a gate measured. */
  double metric(int generation, String name) {
    return generation(generation).required("metrics").required(name).asDouble();
  }

  /** Why a generation is where it is. */
  List<String> reasons(int generation) {
    List<String> reasons = new ArrayList<>();
    generation(generation).required("reasons").forEach(reason -> reasons.add(reason.asText()));
    return reasons;
  }

  /** The generation whose vectors a generation searches. */
  int vectors(int generation) {
    return generation(generation).required("vectors").asInt();
  }

  int served() {
    return generations().required("served").asInt();
  }

  String state(int generation) {
    return generation(generation).required("state").asText();
  }

  /** How much of a generation is here, 0 to 1. */
  double progress(int generation) {
    return generation(generation).required("progress").asDouble();
  }

  /** Switches, and waits until it is done. */
  void serve(int generation) {
    send(
        "POST",
        "/v1/generations/%d/serve".formatted(generation),
        HttpRequest.BodyPublishers.noBody(),
        200);
  }

  private JsonNode send(
      String method, String path, HttpRequest.BodyPublisher body, int expectedStatus) {
    return json(exchange(method, path, body), expectedStatus);
  }

  private HttpResponse<String> exchange(
      String method, String path, HttpRequest.BodyPublisher body) {
    return exchange(method, path, body, "application/json");
  }

  private HttpResponse<String> exchange(
      String method, String path, HttpRequest.BodyPublisher body, String contentType) {
    var request =
        HttpRequest.newBuilder(uri.resolve(path))
            .header("Content-Type", contentType)
            .method(method, body)
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode json(HttpResponse<String> answer, int expectedStatus) {
    if (answer.statusCode() != expectedStatus) {
      throw new AssertionError(
          answer.request().method()
              + " "
              + answer.uri()
              + ": "
              + answer.statusCode()
              + " "
              + answer.body());
    }
    return parse(answer.body().isEmpty() ? "{}" : answer.body());
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(text, e);
    }
  }
}
