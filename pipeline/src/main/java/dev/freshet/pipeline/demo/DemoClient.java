package dev.freshet.pipeline.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.pipeline.app.CommandException;
import dev.freshet.pipeline.app.FreshetClient;
import dev.freshet.training.corpus.CorpusDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What people do with the running system, over HTTP as anybody would. Thread-safe. */
final class DemoClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FreshetClient client;

  DemoClient(FreshetClient client) {
    this.client = client;
  }

  /** A page of an answer: ids as shown. */
  record Page(String queryId, int generation, List<String> ids) {}

  /**
   * Searches as a user.
   *
   * @param hits on the page
   */
  Page search(String query, int hits, String clientId) {
    ObjectNode body =
        JSON.createObjectNode().put("query", query).put("k", hits).put("clientId", clientId);
    JsonNode answer = client.post("/v1/search", body).json();
    List<String> ids = new ArrayList<>();
    answer.path("hits").forEach(hit -> ids.add(hit.path("id").asText()));
    return new Page(answer.path("queryId").asText(), answer.path("generation").asInt(), ids);
  }

  /**
   * Clicks.
   *
   * @param positions from 1
   */
  void click(Page page, List<Integer> positions, String clientId) {
    if (positions.isEmpty()) {
      return;
    }
    ArrayNode events = JSON.createArrayNode();
    for (int position : positions) {
      events
          .addObject()
          .put("query_id", page.queryId())
          .put("client_id", clientId)
          .put("action_name", "click")
          .put("object_id", page.ids().get(position - 1))
          .put("position", position);
    }
    client.post("/v1/clicks", events);
  }

  /** Adds documents; acknowledged when this returns. */
  void add(List<CorpusDocument> documents) throws InterruptedException {
    StringBuilder lines = new StringBuilder();
    for (CorpusDocument document : documents) {
      ObjectNode line =
          JSON.createObjectNode().put("id", document.id()).put("text", document.text());
      if (!document.title().isEmpty()) {
        line.put("title", document.title());
      }
      line.set("attributes", JSON.valueToTree(document.attributes()));
      lines.append(line).append('\n');
    }
    try {
      FreshetClient.Answer answer =
          client.putLines(lines.toString().getBytes(StandardCharsets.UTF_8));
      if (!answer.good() || answer.json().path("rejected").asInt() > 0) {
        throw new CommandException("documents were refused: " + answer.body());
      }
    } catch (IOException e) {
      throw new CommandException("cannot add documents: " + e.getMessage(), e);
    }
  }
}
