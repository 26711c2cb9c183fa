package dev.freshet.pipeline.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that need the configuration. A picocli mixin. */
public final class ConfigOptions {
  private static final String FILE_VARIABLE = "FRESHET_CONFIG";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings in YAML (or " + FILE_VARIABLE + ").")
  private @Nullable Path file;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "What must survive a restart (default: .freshet here).")
  private @Nullable String dataDir;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "HTTP port, 0 for a free one (default: 7878).")
  private @Nullable String port;

  @Option(
      names = "--model",
      paramLabel = "FOLDER",
      description = "Hugging Face or sentence-transformers folder (default: built in).")
  private @Nullable String model;

  @Option(
      names = "--modules",
      paramLabel = "DIR",
      description = "Module checkpoint for that model (default: none, the model as it is).")
  private @Nullable String modules;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      mapFallbackValue = "",
      description = "Any setting, for instance encoder.threads=2. May be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  /**
   * The configuration from file, environment and these options.
   *
   * @throws dev.freshet.pipeline.config.InvalidConfigException when it cannot be used
   */
  public FreshetConfig load() {
    return load(System.getenv());
  }

  FreshetConfig load(Map<String, String> environment) {
    Map<String, String> overrides = new LinkedHashMap<>(settings);
    put(overrides, "dataDir", dataDir);
    put(overrides, "serve.port", port);
    put(overrides, "encoder.model", model);
    put(overrides, "encoder.modules", modules);
    String fromEnvironment = environment.get(FILE_VARIABLE);
    Path used = file == null && fromEnvironment != null ? Path.of(fromEnvironment) : file;
    return ConfigLoader.load(used, environment, overrides);
  }

  private static void put(Map<String, String> overrides, String path, @Nullable String value) {
    if (value != null) {
      overrides.put(path, value);
    }
  }
}
