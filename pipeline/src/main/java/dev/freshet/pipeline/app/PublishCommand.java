package dev.freshet.pipeline.app;

import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.pipeline.config.ConfigOptions;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.registry.GenerationPublisher;
import java.nio.file.Path;
import java.time.Clock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code freshet publish}. */
@Command(
    name = "publish",
    header = {"Make a module checkpoint the next generation of a running Freshet.", ""},
    description = {
      "",
      "Copies it into the registry and announces it in Kafka. The conductor has the documents encoded"
          + " with it beside the served generation, and searches switch when all of it is there; where"
          + " only the query side is new, at once.",
      ""
    },
    footer = {
      "",
      "Example, beside 'freshet up' in the same folder:",
      "  freshet publish registry/1 --set kafka.bootstrapServers=127.0.0.1:PORT"
    })
final class PublishCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private final ConfigOptions options = new ConfigOptions();

  @Parameters(
      paramLabel = "CHECKPOINT",
      description = "Folder of modules.safetensors and modules.json, as 'freshet train' writes it.")
  private Path checkpoint = Path.of(".");

  @Override
  public void run() {
    FreshetConfig config = options.load();
    Terminal terminal = Terminal.of(spec);
    try {
      GenerationRecord published =
          new GenerationPublisher(config, Clock.systemUTC()).publish(checkpoint);
      terminal
          .out()
          .printf(
              "generation %d is announced: %s%n",
              published.generation(),
              published.isQuerySideOnly()
                  ? "its query side is new, the vectors are those of generation "
                      + published.vectors()
                  : "its documents are encoded now");
      terminal.out().flush();
    } catch (InvalidModelException | IllegalArgumentException e) {
      throw CommandException.wrongUsage(String.valueOf(e.getMessage()));
    }
  }
}
