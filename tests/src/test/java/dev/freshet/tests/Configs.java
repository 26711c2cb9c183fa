package dev.freshet.tests;

import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.FreshetConfig;
import java.nio.file.Path;
import java.util.Map;

/** Configurations for tests: free ports, the built-in backbone, frequent checkpoints. */
final class Configs {
  private Configs() {}

  static FreshetConfig embedded(Path dataDirectory) {
    return ConfigLoader.load(
        null,
        Map.of(),
        Map.of(
            "dataDir", dataDirectory.toString(),
            "serve.port", "0",
            "kafka.partitions", "2",
            "index.checkpointInterval", "1s"));
  }
}
