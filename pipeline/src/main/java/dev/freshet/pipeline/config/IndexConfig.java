package dev.freshet.pipeline.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The index job.
 *
 * @param parallelism parallel instances of each step, for a job in this process or one that the
 *     conductor starts in a Flink cluster; with {@code flink run} it is Flink's to say
 * @param inFlight documents that one instance encodes at a time
 * @param checkpointInterval time from one checkpoint to the next
 * @param checkpointDir directory or URI of the checkpoints, or null for {@code checkpoints} in the
 *     data directory
 */
public record IndexConfig(
    int parallelism, int inFlight, Duration checkpointInterval, @Nullable String checkpointDir) {

  public IndexConfig {
    Check.between("parallelism", parallelism, 1, 32_768);
    Check.between("inFlight", inFlight, 1, 1_000_000);
    // Flink refuses shorter ones, with a message that names another setting.
    Check.atLeast("checkpointInterval", checkpointInterval, Duration.ofMillis(10));
    Check.require(
        checkpointDir == null || !checkpointDir.isBlank(),
        "checkpointDir must be a directory or a URI; leave it out for the data directory",
        "empty");
  }

  /**
   * One instance for each of the four partitions that we create, so that a long document delays
   * those of its own partition alone; a checkpoint every ten seconds.
   */
  public static IndexConfig defaults() {
    return new IndexConfig(4, 64, Duration.ofSeconds(10), null);
  }
}
