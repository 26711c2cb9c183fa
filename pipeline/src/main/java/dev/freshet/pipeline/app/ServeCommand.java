package dev.freshet.pipeline.app;

import dev.freshet.pipeline.config.ConfigOptions;
import dev.freshet.pipeline.config.FreshetConfig;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code freshet serve}: one serve node beside a Kafka that is there. */
@Command(
    name = "serve",
    description = "Run one serve node against kafka.bootstrapServers until Ctrl-C.")
final class ServeCommand implements Callable<Integer> {
  @Mixin private final ConfigOptions options = new ConfigOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Startup startup = Startup.begin(options.load(), out, "a serve node");
    FreshetConfig config = startup.config();
    out.println("  Kafka  " + config.kafka().bootstrapServers());
    out.flush();

    ServeNode node = ServeNode.start(config, startup.data().store(), startup.resources());
    node.awaitReady();
    node.gaps().ifPresent(gaps -> out.println("  lacks  " + gaps));
    node.models().forEach(model -> out.println("  model  " + model));
    out.println("Freshet is ready: " + node.uri());
    out.flush();
    throw new CommandException(startup.foreground().await(new CompletableFuture<>()));
  }
}
