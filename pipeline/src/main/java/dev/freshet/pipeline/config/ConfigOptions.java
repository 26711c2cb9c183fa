package dev.freshet.pipeline.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of commands that need the configuration. A picocli mixin. */
public final class ConfigOptions {
  @Mixin private SettingOptions settings = new SettingOptions();

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

  /**
   * The configuration from file, environment and these options.
   *
   * @throws InvalidConfigException when it cannot be used
   */
  public FreshetConfig load() {
    return loadWith(Map.of());
  }

  /**
   * As {@link #load}, with options of one command.
   *
   * @param more values by path
   * @throws InvalidConfigException when it cannot be used
   */
  public FreshetConfig loadWith(Map<String, String> more) {
    return load(Map.of(), System.getenv(), more);
  }

  /**
   * As {@link #load}, for a command whose data lie elsewhere where nobody says where.
   *
   * @throws InvalidConfigException when it cannot be used
   */
  public FreshetConfig loadWithDefaultDataDir(Path folder) {
    return loadWithDefaultDataDir(folder, System.getenv());
  }

  FreshetConfig loadWithDefaultDataDir(Path folder, Map<String, String> environment) {
    return load(Map.of("dataDir", folder.toString()), environment, Map.of());
  }

  FreshetConfig load(Map<String, String> environment) {
    return load(Map.of(), environment, Map.of());
  }

  private FreshetConfig load(
      Map<String, String> defaults, Map<String, String> environment, Map<String, String> more) {
    Map<String, String> overrides = new LinkedHashMap<>(more);
    put(overrides, "dataDir", dataDir);
    put(overrides, "serve.port", port);
    put(overrides, "encoder.model", model);
    put(overrides, "encoder.modules", modules);
    return settings.load(defaults, environment, overrides);
  }

  private static void put(Map<String, String> overrides, String path, @Nullable String value) {
    if (value != null) {
      overrides.put(path, value);
    }
  }
}
