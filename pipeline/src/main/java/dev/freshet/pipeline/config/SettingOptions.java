package dev.freshet.pipeline.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options from which any setting can be had. A picocli mixin. */
public final class SettingOptions {
  private static final String FILE_VARIABLE = "FRESHET_CONFIG";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings in YAML (or " + FILE_VARIABLE + ").")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      mapFallbackValue = "",
      description = "Any setting, for instance encoder.threads=2. May be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  /**
   * The configuration from file, environment and these options.
   *
   * @throws InvalidConfigException when it cannot be used
   */
  public FreshetConfig load() {
    return load(Map.of(), System.getenv(), Map.of());
  }

  /**
   * @param defaults values by path, where nothing else is said
   * @param overrides values by path, which stand over these options
   */
  FreshetConfig load(
      Map<String, String> defaults,
      Map<String, String> environment,
      Map<String, String> overrides) {
    Map<String, String> all = new LinkedHashMap<>(settings);
    all.putAll(overrides);
    String fromEnvironment = environment.get(FILE_VARIABLE);
    Path used = file == null && fromEnvironment != null ? Path.of(fromEnvironment) : file;
    return ConfigLoader.load(defaults, used, environment, all);
  }
}
