package dev.freshet.pipeline.job;

import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.FreshetConfig;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The configuration as it travels into the tasks of a job: flat, as text. */
public final class JobConfig implements Serializable {
  private static final long serialVersionUID = 1;

  private final TreeMap<String, String> values;

  /** What the tasks of a job need of it. */
  public JobConfig(FreshetConfig config) {
    this.values = new TreeMap<>(config.toMap());
    // A job answers no requests, and Flink shows what it carries to whoever opens its pages.
    values.keySet().removeIf(path -> path.startsWith("serve."));
    values.put("registry.location", config.registryUri());
    // A task runs in another working directory than the one that folders are relative to.
    for (String setting : List.of("encoder.model", "encoder.modules", "gate.golden")) {
      values.computeIfPresent(
          setting, (path, folder) -> Path.of(folder).toAbsolutePath().normalize().toString());
    }
  }

  /** By path, what travels. */
  public SortedMap<String, String> values() {
    return Collections.unmodifiableSortedMap(values);
  }

  /** As it was configured, but for what only a node needs. */
  public FreshetConfig load() {
    return ConfigLoader.load(null, Map.of(), values);
  }
}
