package dev.freshet.pipeline.app;

import dev.freshet.pipeline.conduct.LocalCluster;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.InvalidConfigException;
import dev.freshet.pipeline.index.IndexJob;
import java.net.URI;
import java.nio.file.Path;

/** Index jobs in a Flink of this JVM. */
final class IndexJobs {
  private IndexJobs() {}

  /** Starts the index job of a generation from its newest complete checkpoint. */
  static LocalCluster.Job submit(LocalCluster flink, FreshetConfig config, int generation)
      throws Exception {
    URI checkpoints = URI.create(config.checkpointUri());
    if (!"file".equals(checkpoints.getScheme())) {
      throw new InvalidConfigException(
          "index.checkpointDir is %s: a job in this process keeps its checkpoints in a local folder; other file systems are for jobs in a Flink cluster (flink run)"
              .formatted(checkpoints));
    }
    int parallelism = config.index().parallelism();
    return flink.submit(
        IndexJob.name(generation),
        // Spread over another number of subtasks, records in flight would lose their order.
        Path.of(checkpoints).resolve("index-%d-p%d".formatted(generation, parallelism)),
        config.index().checkpointInterval(),
        parallelism,
        env -> IndexJob.define(env, config, generation));
  }
}
