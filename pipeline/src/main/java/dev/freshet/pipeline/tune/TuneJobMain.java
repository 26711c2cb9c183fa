package dev.freshet.pipeline.tune;

import dev.freshet.pipeline.config.ConfigOptions;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.index.IndexJob;
import dev.freshet.pipeline.job.JobSubmission;
import dev.freshet.pipeline.kafka.TopicProvisioner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The tune job for {@code flink run -c dev.freshet.pipeline.tune.TuneJobMain}. */
@Command(
    name = "tune-job",
    mixinStandardHelpOptions = true,
    description = "Submits the tune job to the Flink cluster at hand.")
public final class TuneJobMain implements Runnable {
  @Mixin private final ConfigOptions options = new ConfigOptions();

  /** Called by Flink's client with the arguments after the jar. */
  public static void main(String[] args) {
    JobSubmission.run(new TuneJobMain(), args);
  }

  @Override
  public void run() {
    FreshetConfig config = options.load();
    var topics = new Topics(config.kafka().topicPrefix());
    TopicProvisioner.provision(
        config.kafka(), topics, Topics.FIRST_GENERATION, IndexJob.MAX_RECORD_BYTES);
    JobSubmission.submit(
        TuneJob.name(topics),
        config.tune().checkpointInterval(),
        env -> TuneJob.define(env, config));
  }
}
