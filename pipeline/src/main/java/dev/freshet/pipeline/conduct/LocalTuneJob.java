package dev.freshet.pipeline.conduct;

import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.InvalidConfigException;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.tune.RoundFailures;
import dev.freshet.pipeline.tune.TuneJob;
import java.time.Duration;
import java.util.function.Consumer;

/** The tune job in a Flink of this JVM. Close from the thread that started it. */
public final class LocalTuneJob implements AutoCloseable {
  /** All of its steps together; rounds run on a thread of their own. */
  public static final int SLOTS = 1;

  private static final Duration GRACE = Duration.ofSeconds(20);

  private final LocalCluster.Job job;
  private final JobWatch watch;
  private final String topicPrefix;

  private LocalTuneJob(LocalCluster.Job job, JobWatch watch, String topicPrefix) {
    this.job = job;
    this.watch = watch;
    this.topicPrefix = topicPrefix;
  }

  /**
   * Starts the job from its newest complete checkpoint.
   *
   * @param flink has room for {@link #SLOTS} subtasks
   * @param reports takes sentences for people about a job that does not run, and rounds that fail
   * @throws InvalidConfigException when no round could ever succeed
   */
  public static LocalTuneJob start(
      LocalCluster flink, FreshetConfig config, Consumer<String> reports) throws Exception {
    String topicPrefix = config.kafka().topicPrefix();
    LocalCluster.Job job =
        flink.submit(
            TuneJob.name(new Topics(topicPrefix)),
            LocalIndexJobs.checkpoints(config).resolve("tune"),
            config.tune().checkpointInterval(),
            SLOTS,
            env -> TuneJob.define(env, config));
    RoundFailures.listen(topicPrefix, reports);
    return new LocalTuneJob(
        job, new JobWatch(job, GRACE, "clicks wait in Kafka meanwhile", reports), topicPrefix);
  }

  /** The job itself. */
  public LocalCluster.Job job() {
    return job;
  }

  /** Stops watching; the job ends with its cluster. */
  @Override
  public void close() {
    RoundFailures.forget(topicPrefix);
    watch.close();
  }
}
