package dev.freshet.pipeline.app;

import dev.freshet.pipeline.config.ConfigOptions;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.Topics;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code freshet up}: the embedded stack until Ctrl-C. */
@Command(
    name = "up",
    description =
        "Run everything in this process (Kafka, Flink, index job, serve node) until Ctrl-C.")
final class UpCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(UpCommand.class);

  @Mixin private final ConfigOptions options = new ConfigOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    FreshetConfig config = options.load();
    EmbeddedSettings.check(config);
    Startup startup = Startup.begin(config, out, "Kafka, Flink, the index job, the serve node");

    EmbeddedStack stack =
        EmbeddedStack.start(
            startup.config(),
            startup.data(),
            startup.resources(),
            report -> {
              LOG.warn("{}", report);
              out.println(report);
              out.flush();
            });
    var topics = new Topics(stack.config().kafka().topicPrefix());
    stack.node().models().forEach(model -> out.println("  model  " + model));
    out.printf(
        "  Kafka  %s (documents: %s, what is malformed: %s)%n",
        stack.config().kafka().bootstrapServers(), topics.documents(), topics.deadLetters());
    stack.node().obstacle().ifPresent(obstacle -> out.println("  waits  " + obstacle));
    out.println("Freshet is ready: " + stack.node().uri());
    out.flush();
    String death = startup.foreground().await(stack.death());
    throw new CommandException(death + "; log: " + startup.data().log());
  }
}
