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

/** {@code freshet gateway}: one address for serve nodes that hold some of the partitions each. */
@Command(
    name = "gateway",
    header = {"Answer for a cluster of serve nodes until Ctrl-C.", ""},
    description = {
      "",
      "Asks one replica of every shard of gateway.nodes and joins what they find: nodes with the same"
          + " serve.partitions are replicas. Each says itself what it holds. A gateway keeps nothing,"
          + " so any number of them may run.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  freshet gateway --set gateway.nodes=http://a-1:7878,http://a-2:7878,http://b-1:7878,http://b-2:7878"
    })
final class GatewayCommand implements Callable<Integer> {
  @Mixin private final ConfigOptions options = new ConfigOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Startup startup = Startup.begin(options.load(), out, "a gateway");
    FreshetConfig config = startup.config();
    out.println("  Kafka  " + config.kafka().bootstrapServers());
    out.flush();

    GatewayNode gateway = GatewayNode.start(config, startup.resources());
    out.println("  nodes  " + config.gateway().nodes());
    out.flush();
    gateway
        .gaps()
        .ifPresent(
            gaps -> {
              out.println("  waits  " + gaps);
              out.flush();
            });
    gateway.awaitWhole();
    out.println("Freshet is ready: " + gateway.uri());
    out.flush();
    throw new CommandException(startup.foreground().await(new CompletableFuture<>()));
  }
}
