package dev.freshet.pipeline.app;

import dev.freshet.pipeline.config.ConfigOptions;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.store.RocksLibrary;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code freshet serve}: one serve node beside a Kafka that is there. */
@Command(
    name = "serve",
    description = "Run one serve node against kafka.bootstrapServers until Ctrl-C.")
final class ServeCommand implements Callable<Integer> {
  @Mixin private final ConfigOptions options = new ConfigOptions();

  @Option(
      names = "--replica-of",
      paramLabel = "URL",
      description =
          "A node that holds the same: an empty data directory is filled from its store, not from"
              + " the beginning of Kafka's topics.")
  private @Nullable String replicaOf;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Startup startup = Startup.begin(options.loadWith(settings()), out, "a serve node");
    FreshetConfig config = startup.config();
    out.println("  Kafka  " + config.kafka().bootstrapServers());
    if (config.serve().replicaOf() != null) {
      out.println(
          ReplicaStart.isDue(startup.data().store())
              ? "  store  comes from " + config.serve().replicaOf()
              : "  store  is there already: serve.replicaOf is without effect");
    }
    out.flush();

    RocksLibrary.unpackTo(startup.data().makeTemporary());
    ServeNode node = ServeNode.start(config, startup.data().store(), startup.resources());
    node.awaitReady();
    node.gaps().ifPresent(gaps -> out.println("  lacks  " + gaps));
    node.models().forEach(model -> out.println("  model  " + model));
    node.obstacle().ifPresent(obstacle -> out.println("  waits  " + obstacle));
    out.println("Freshet is ready: " + node.uri());
    out.flush();
    throw new CommandException(startup.foreground().await(new CompletableFuture<>()));
  }

  private Map<String, String> settings() {
    return replicaOf == null ? Map.of() : Map.of("serve.replicaOf", replicaOf);
  }
}
