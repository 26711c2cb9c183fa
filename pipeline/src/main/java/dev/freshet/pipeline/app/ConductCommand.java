package dev.freshet.pipeline.app;

import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.service.Encoders;
import dev.freshet.pipeline.conduct.Conductor;
import dev.freshet.pipeline.conduct.HttpNodes;
import dev.freshet.pipeline.conduct.IndexJobs;
import dev.freshet.pipeline.conduct.KafkaSurroundings;
import dev.freshet.pipeline.conduct.LocalCluster;
import dev.freshet.pipeline.conduct.LocalIndexJobs;
import dev.freshet.pipeline.conduct.RemoteIndexJobs;
import dev.freshet.pipeline.config.ConductConfig;
import dev.freshet.pipeline.config.ConfigOptions;
import dev.freshet.pipeline.config.EmbeddedConfig;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.index.IndexJob;
import dev.freshet.pipeline.kafka.TopicProvisioner;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code freshet conduct}: the conductor beside a Kafka, serve nodes and maybe a Flink. */
@Command(
    name = "conduct",
    header = {"Bring generations through their lives until Ctrl-C: build, serve, retire.", ""},
    description = {
      "",
      "Starts and stops the index job of each generation, in the Flink session cluster at"
          + " conduct.flink or else in this process, and lets searches go to a new generation when"
          + " every partition has a serve node of conduct.nodes that has read it. The first generation is announced by a"
          + " serve node. While the conductor is down, searches go on; jobs of this"
          + " process wait for it.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  freshet conduct --set conduct.flink=http://flink:8081 --set conduct.jobJar=freshet-job.jar \\",
      "      --set conduct.nodes=http://node-1:7878,http://node-2:7878"
    })
final class ConductCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ConductCommand.class);

  @Mixin private final ConfigOptions options = new ConfigOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Startup startup = Startup.begin(options.load(), out, "the conductor");
    FreshetConfig config = startup.config();
    var topics = new Topics(config.kafka().topicPrefix());
    // First, so that what is wrong with the job jar or the model is said before brokers are asked.
    IndexJobs jobs = jobs(startup);
    TopicProvisioner.provision(
        config.kafka(), topics, Topics.FIRST_GENERATION, IndexJob.MAX_RECORD_BYTES);
    var nodes = new HttpNodes(config.conduct().nodeUris(), config.serve().apiKey());
    KafkaSurroundings world =
        startup
            .resources()
            .add(new KafkaSurroundings(config.kafka(), topics, Clock.systemUTC(), jobs, nodes));
    startup.resources().add(Conductor.start(world, config.conduct()));
    out.println("Freshet conducts " + what(config, topics));
    out.flush();
    throw new CommandException(startup.foreground().await(new CompletableFuture<>()));
  }

  private static IndexJobs jobs(Startup startup) throws Exception {
    FreshetConfig config = startup.config();
    if (config.conduct().flink() != null) {
      for (String note : notes(config)) {
        LOG.warn("{}", note);
        startup.out().println("  note   " + note);
      }
      return new RemoteIndexJobs(config, Clock.systemUTC());
    }
    Resources resources = startup.resources();
    // Tasks take the same: what is wrong with it is said before the first job starts.
    resources.add(Models.acquire(config, Side.DOCUMENT));
    Encoders.refreshShare(config.embedded().refreshShare());
    LocalCluster flink =
        resources.add(
            LocalCluster.start(LocalIndexJobs.slots(config), startup.data().makeTemporary()));
    return resources.add(new LocalIndexJobs(flink, config, startup.out()::println));
  }

  /** Which settings do not reach a Flink elsewhere; those that are as by default need not. */
  static List<String> notes(FreshetConfig config) {
    List<String> notes = new ArrayList<>();
    if (!config.kafka().properties().isEmpty()) {
      notes.add(
          "kafka.properties stay here; set them for Flink's JobManager too (FRESHET_KAFKA_PROPERTIES_...)");
    }
    double share = config.embedded().refreshShare();
    if (share != EmbeddedConfig.defaults().refreshShare()) {
      notes.add(
          "embedded.refreshShare is %s and holds in this process alone: jobs in Flink at %s encode as fast as they can; give them fewer slots or task managers of their own"
              .formatted(share, config.conduct().flinkUri()));
    }
    return notes;
  }

  private static String what(FreshetConfig config, Topics topics) {
    ConductConfig conduct = config.conduct();
    List<URI> nodes = conduct.nodeUris();
    return "%s on %s, index jobs in %s, %s"
        .formatted(
            topics.models(),
            config.kafka().bootstrapServers(),
            conduct.flink() == null ? "this process" : "Flink at " + conduct.flinkUri(),
            nodes.isEmpty()
                ? "no serve nodes to wait for (conduct.nodes)"
                : nodes.stream()
                    .map(URI::toString)
                    .collect(Collectors.joining(", ", "serve nodes ", "")));
  }
}
