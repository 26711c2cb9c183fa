package dev.freshet.tests;

import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.FreshetConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Configurations for tests: free ports, the built-in backbone, frequent checkpoints. */
final class Configs {
  private Configs() {}

  static FreshetConfig embedded(Path dataDirectory) {
    return embedded(dataDirectory, Map.of());
  }

  /** With other settings beside those. */
  static FreshetConfig embedded(Path dataDirectory, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("dataDir", dataDirectory.toString());
    settings.put("serve.port", "0");
    settings.put("kafka.partitions", "2");
    settings.put("index.checkpointInterval", "1s");
    return ConfigLoader.load(null, Map.of(), settings);
  }
}
