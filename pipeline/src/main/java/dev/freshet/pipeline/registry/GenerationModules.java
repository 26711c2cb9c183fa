package dev.freshet.pipeline.registry;

import dev.freshet.model.checkpoint.CacheFolder;
import dev.freshet.model.checkpoint.LocalModuleStorage;
import dev.freshet.model.checkpoint.ModuleRegistry;
import dev.freshet.model.checkpoint.ModuleStorage;
import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.InvalidConfigException;
import dev.freshet.pipeline.event.GenerationRecord;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;

/** The registry as it is configured, and which modules a generation's encoder has. Thread-safe. */
public final class GenerationModules {
  private final EncoderSettings configured;
  private final ModuleStorage storage;

  private GenerationModules(EncoderSettings configured, ModuleStorage storage) {
    this.configured = configured;
    this.storage = storage;
  }

  /**
   * Opens the registry, which may not exist yet.
   *
   * @throws InvalidConfigException when there is no file system for {@code registry.location}
   */
  public static GenerationModules of(FreshetConfig config) {
    URI location = URI.create(config.registryUri());
    if ("file".equals(location.getScheme())) {
      return new GenerationModules(config.encoder(), new LocalModuleStorage(Path.of(location)));
    }
    try {
      Path copies = CacheFolder.path().resolve("registry").resolve(name(location));
      return new GenerationModules(config.encoder(), new FlinkModuleStorage(location, copies));
    } catch (IOException e) {
      throw new InvalidConfigException(
          "registry.location is %s, which cannot be reached: %s"
              .formatted(location, e.getMessage()),
          e);
    }
  }

  private static String name(URI location) {
    return location.toString().replaceAll("[^A-Za-z0-9]+", "-");
  }

  /** The registry itself. */
  public ModuleRegistry registry() {
    return new ModuleRegistry(storage, Clock.systemUTC());
  }

  /**
   * How to load a generation's encoder. Its modules lie on this machine when this returns.
   *
   * @throws dev.freshet.model.checkpoint.InvalidModelException when they are not in the registry
   */
  public EncoderSettings settings(GenerationRecord generation) {
    return switch (generation.origin()) {
      case CONFIGURED -> configured;
      case REGISTRY -> configured.withModules(registry().folder(generation.generation()));
    };
  }
}
