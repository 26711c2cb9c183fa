package dev.freshet.pipeline.job;

import java.time.Duration;
import java.util.function.Consumer;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine;

/**
 * Hands a job to the Flink cluster at hand, for {@code flink run}. Parallelism ({@code -p}), state
 * backend, checkpoint folder and restart strategy are Flink's to say; the checkpoint interval is
 * ours where Flink has none.
 */
public final class JobSubmission {
  private JobSubmission() {}

  /**
   * What {@code main} of a job does: reads the arguments after the jar, and runs the job or tells
   * how it is used.
   *
   * @param job has picocli's {@code @Command}
   */
  public static void run(Runnable job, String[] args) {
    var arguments = new CommandLine(job);
    if (arguments.parseArgs(args).isUsageHelpRequested()) {
      arguments.usage(System.out);
      return;
    }
    job.run();
  }

  /**
   * Submits.
   *
   * @param name the job's name
   * @param checkpointInterval where Flink has none
   * @param topology adds sources, steps and sinks
   * @throws IllegalStateException when the cluster does not take it
   */
  public static void submit(
      String name, Duration checkpointInterval, Consumer<StreamExecutionEnvironment> topology) {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    if (env.getConfiguration().getOptional(CheckpointingOptions.CHECKPOINTING_INTERVAL).isEmpty()) {
      env.enableCheckpointing(checkpointInterval.toMillis());
    }
    env.setBufferTimeout(0); // records are few and dear: none waits for a buffer to fill
    env.getConfig().enableObjectReuse();
    topology.accept(env);
    try {
      env.execute(name);
    } catch (Exception e) {
      throw new IllegalStateException(name + " was not accepted: " + e.getMessage(), e);
    }
  }
}
