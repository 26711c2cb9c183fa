package dev.freshet.pipeline.index;

import dev.freshet.pipeline.config.ConfigOptions;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.job.JobSubmission;
import dev.freshet.pipeline.kafka.TopicProvisioner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The index job for {@code flink run}. */
@Command(
    name = "index-job",
    mixinStandardHelpOptions = true,
    description = "Submits the index job of one generation to the Flink cluster at hand.")
public final class IndexJobMain implements Runnable {
  @Mixin private final ConfigOptions options = new ConfigOptions();

  @Option(
      names = "--generation",
      paramLabel = "G",
      description = "The generation to build (default: ${DEFAULT-VALUE}).")
  private int generation = 1;

  /** Called by Flink's client with the arguments after the jar. */
  public static void main(String[] args) {
    JobSubmission.run(new IndexJobMain(), args);
  }

  @Override
  public void run() {
    FreshetConfig config = options.load();
    var topics = new Topics(config.kafka().topicPrefix());
    TopicProvisioner.provision(config.kafka(), topics, generation, IndexJob.MAX_RECORD_BYTES);
    JobSubmission.submit(
        IndexJob.name(topics, generation),
        config.index().checkpointInterval(),
        env -> IndexJob.define(env, config, generation));
  }
}
