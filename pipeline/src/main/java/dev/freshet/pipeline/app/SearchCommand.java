package dev.freshet.pipeline.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.pipeline.event.MalformedRecordException;
import dev.freshet.pipeline.event.SearchMode;
import dev.freshet.pipeline.event.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code freshet search}. */
@Command(
    name = "search",
    header = {"Search a running Freshet and show the best documents.", ""},
    footer = {
      "",
      "Examples:",
      "  freshet search \"how do glaciers move\"",
      "  freshet search -k 3 --filter '{\"year\": {\"gte\": 2020}}' \"glaciers\""
    })
final class SearchCommand implements Runnable {
  private static final String INDENT = "           ";
  private static final int SNIPPET_LINES = 3;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOptions server = new ServerOptions();

  @Parameters(paramLabel = "TEXT", description = "What to look for.")
  private String query = "";

  @Option(
      names = "-k",
      paramLabel = "N",
      description = "Documents to show (default: ${DEFAULT-VALUE}).")
  private int k = 10;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description =
          "dense (by vector), lexical (by words) or hybrid, both together (default:"
              + " ${DEFAULT-VALUE}).")
  private String mode = SearchMode.HYBRID.wireName();

  @Option(
      names = "--filter",
      paramLabel = "JSON",
      description = "A condition on attributes, such as {\"lang\": \"en\"}.")
  private @Nullable String filter;

  @Option(
      names = "--generation",
      paramLabel = "G",
      description = "The generation to ask (default: the served one).")
  private @Nullable Integer generation;

  @Option(
      names = "--recall",
      paramLabel = "SHARE",
      description =
          "Share of the nearest documents to find, above 0 and at most 1 (default: store.ann.recall).")
  private @Nullable Double recall;

  @Option(names = "--json", description = "Print the server's answer as it is.")
  private boolean json;

  @Override
  public void run() {
    Terminal terminal = Terminal.of(spec);
    FreshetClient.Answer answer = server.client().post("/v1/search", request());
    if (json) {
      terminal.out().println(answer.body());
      return;
    }
    JsonNode hits = answer.json().path("hits");
    for (int i = 0; i < hits.size(); i++) {
      print(terminal, i + 1, hits.get(i));
    }
    terminal
        .out()
        .println(
            terminal.faint(
                String.format(
                    Locale.ROOT,
                    "%s from generation %d in %.1f ms",
                    hits.size() == 1 ? "1 hit" : hits.size() + " hits",
                    answer.json().path("generation").asInt(),
                    answer.json().path("tookMillis").asDouble())));
    for (JsonNode missing : answer.json().path("missing")) {
      terminal
          .out()
          .println(
              "partial: nothing of the partitions %s, %s"
                  .formatted(
                      missing.path("partitions"), Terminal.plain(missing.path("reason").asText())));
    }
    terminal.out().flush();
  }

  private static void print(Terminal terminal, int rank, JsonNode hit) {
    String id = Terminal.plain(hit.path("id").asText());
    String title = Terminal.plain(hit.path("title").asText());
    String score = String.format(Locale.ROOT, "%3d  %.4f  ", rank, hit.path("score").asDouble());
    terminal
        .out()
        .println(
            score
                + terminal.bold(title.isEmpty() ? id : title + "  ")
                + (title.isEmpty() ? "" : id));
    int columns = Math.max(20, terminal.width() - INDENT.length());
    for (String line : Terminal.wrap(hit.path("snippet").asText(), columns, SNIPPET_LINES)) {
      terminal.out().println(INDENT + terminal.faint(line));
    }
  }

  private ObjectNode request() {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("query", query);
    request.put("k", k);
    try {
      request.put("mode", SearchMode.of(mode).wireName());
    } catch (IllegalArgumentException e) {
      throw CommandException.wrongUsage("--" + e.getMessage());
    }
    if (generation != null) {
      request.put("generation", generation);
    }
    if (recall != null) {
      request.put("recall", recall);
    }
    if (filter != null) {
      try {
        request.set("filter", StrictJson.parse(filter.getBytes(StandardCharsets.UTF_8)));
      } catch (MalformedRecordException e) {
        throw CommandException.wrongUsage("--filter " + e.getMessage());
      }
    }
    return request;
  }
}
