package dev.freshet.pipeline.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code freshet generations plan}. */
@Command(
    name = "plan",
    header = {"Say what encoding all documents anew would cost.", ""},
    description = "Encodes a sample of them, behind all that people wait for.")
final class GenerationsPlanCommand implements Runnable {
  private static final double MEBI = 1 << 20;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOptions server = new ServerOptions();

  @Option(names = "--json", description = "Print the server's answer as it is.")
  private boolean json;

  @Override
  public void run() {
    PrintWriter out = Terminal.of(spec).out();
    FreshetClient.Answer answer = server.client().get("/v1/generations/plan");
    if (json) {
      out.println(answer.body());
      return;
    }
    JsonNode plan = answer.json();
    print(
        out,
        "documents",
        "%,d in %,d passages, as in generation %d",
        plan.path("documents").asLong(),
        plan.path("passages").asLong(),
        plan.path("generation").asInt());
    long superseded = plan.path("changes").asLong() - plan.path("documents").asLong();
    if (superseded > 0) {
      print(
          out,
          "changes",
          "up to %,d more in the log, which later ones superseded: they are encoded, too",
          superseded);
    }
    print(
        out,
        "tokens",
        "%,d, told from %,d documents",
        plan.path("tokens").asLong(),
        plan.path("sampled").asInt());
    print(
        out,
        "time",
        "%s at %,.0f tokens/s, as this node encodes now",
        Terminal.duration(plan.path("seconds").asDouble()),
        plan.path("tokensPerSecond").asDouble());
    print(
        out,
        "disk",
        "%,.0f MiB on each node at most, %,.0f MiB on the brokers",
        plan.path("storeBytes").asLong() / MEBI,
        plan.path("topicBytes").asLong() / MEBI);
    out.flush();
  }

  private static void print(PrintWriter out, String name, String format, Object... values) {
    out.printf("%-10s %s%n", name, String.format(Locale.ROOT, format, values));
  }
}
