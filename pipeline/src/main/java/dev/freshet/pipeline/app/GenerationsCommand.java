package dev.freshet.pipeline.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code freshet generations}. */
@Command(
    name = "generations",
    header = {"List the generations of a serve node and how far each is.", ""},
    subcommands = {
      GenerationsCommand.Serve.class,
      GenerationsPlanCommand.class,
      GenerationsCommand.Budget.class
    })
final class GenerationsCommand implements Runnable {
  private static final String ROW = "%-2s%10s  %-10s %12s %12s %6s %9s %10s  %s";
  private static final String REASON = " ".repeat(14);
  private static final double MEBI = 1 << 20;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOptions server = new ServerOptions();

  @Option(names = "--json", description = "Print the server's answer as it is.")
  private boolean json;

  @Override
  public void run() {
    Terminal terminal = Terminal.of(spec);
    FreshetClient.Answer answer = server.client().get("/v1/generations");
    if (json) {
      terminal.out().println(answer.body());
      return;
    }
    terminal
        .out()
        .println(
            terminal.bold(
                ROW.formatted(
                        "",
                        "generation",
                        "state",
                        "documents",
                        "passages",
                        "dims",
                        "progress",
                        "memory",
                        "")
                    .stripTrailing()));
    int served = answer.json().path("served").asInt();
    for (JsonNode generation : answer.json().path("generations")) {
      terminal.out().println(row(generation, served));
      for (JsonNode reason : generation.path("reasons")) {
        terminal.out().println(terminal.faint(REASON + Terminal.plain(reason.asText())));
      }
    }
    terminal.out().println(terminal.faint("* is served"));
    terminal.out().flush();
  }

  private static String row(JsonNode generation, int served) {
    int number = generation.path("generation").asInt();
    return String.format(
            Locale.ROOT,
            ROW,
            number == served ? "*" : "",
            number,
            Terminal.plain(generation.path("state").asText()),
            String.format(Locale.ROOT, "%,d", generation.path("documents").asLong()),
            String.format(Locale.ROOT, "%,d", generation.path("passages").asLong()),
            generation.path("dimensions").asInt(),
            String.format(Locale.ROOT, "%.1f %%", 100 * generation.path("progress").asDouble()),
            String.format(Locale.ROOT, "%,.0f MiB", generation.path("memoryBytes").asLong() / MEBI),
            pace(generation))
        .stripTrailing();
  }

  /** How long it will take, or how much is yet to be written; empty where nothing is, or known. */
  private static String pace(JsonNode generation) {
    JsonNode left = generation.path("secondsLeft");
    if (left.isNumber()) {
      return String.format(
          Locale.ROOT,
          "%,.0f/s, %s left",
          generation.path("documentsPerSecond").asDouble(),
          Terminal.duration(left.asDouble()));
    }
    long behind = generation.path("behind").asLong();
    return behind > 0 ? String.format(Locale.ROOT, "%,d changes behind", behind) : "";
  }

  /** {@code freshet generations budget}. */
  @Command(
      name = "budget",
      header = {"Show or change how much of the encoders' time a refresh may take.", ""},
      description = "Until the process ends; embedded.refreshShare holds from the start.")
  static final class Budget implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private ServerOptions server = new ServerOptions();

    @Parameters(
        paramLabel = "SHARE",
        arity = "0..1",
        description = "Above 0 and at most 1. Without it the share is shown.")
    private @Nullable Double share;

    @Override
    public void run() {
      Terminal terminal = Terminal.of(spec);
      FreshetClient client = server.client();
      FreshetClient.Answer answer =
          share == null
              ? client.get("/v1/refresh")
              : client.put(
                  "/v1/refresh", JsonNodeFactory.instance.objectNode().put("share", share));
      terminal
          .out()
          .printf(
              Locale.ROOT,
              "a refresh may take %.0f %% of the encoding threads' time%n",
              100 * answer.json().path("share").asDouble());
      terminal.out().flush();
    }
  }

  /** {@code freshet generations serve}. */
  @Command(
      name = "serve",
      header = {"Let searches go to another generation: switch, or roll back.", ""})
  static final class Serve implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private ServerOptions server = new ServerOptions();

    @Parameters(paramLabel = "G", description = "A generation that is COMPLETE.")
    private int generation;

    @Override
    public void run() {
      Terminal terminal = Terminal.of(spec);
      FreshetClient.Answer answer =
          server.client().post("/v1/generations/%d/serve".formatted(generation));
      terminal.out().printf("generation %d is served%n", answer.json().path("served").asInt());
      terminal.out().flush();
    }
  }
}
