package dev.freshet.pipeline.app;

import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.BuiltInBackbone;
import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.model.encoder.ModelFolder;
import dev.freshet.model.service.Encoders;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.InvalidConfigException;
import dev.freshet.training.round.Backbone;
import java.nio.file.Path;

/** The configured model, or a sentence that says why it cannot be had. */
final class Models {
  private Models() {}

  /**
   * Loads one side of the model, or takes a handle on the one that this JVM has loaded.
   *
   * @throws InvalidConfigException when the folder, the modules, the window or the device cannot be
   *     used
   */
  static Encoder acquire(FreshetConfig config, Side side) {
    return acquire(config.encoder(), side);
  }

  /**
   * Loads one side of a model, or takes a handle on the one that this JVM has loaded.
   *
   * @throws InvalidConfigException when the folder, the modules, the window or the device cannot be
   *     used
   */
  static Encoder acquire(EncoderSettings settings, Side side) {
    try {
      return Encoders.acquire(settings, side);
    } catch (InvalidModelException | IllegalArgumentException | IllegalStateException e) {
      throw new InvalidConfigException("encoder: " + e.getMessage(), e);
    }
  }

  /**
   * Looks at a model's folder without loading the model.
   *
   * @throws InvalidConfigException when the folder cannot be used
   */
  static void check(Path folder) {
    try {
      ModelFolder.read(folder);
    } catch (InvalidModelException e) {
      throw new InvalidConfigException("encoder: " + e.getMessage(), e);
    }
  }

  /**
   * Opens a model to tune it.
   *
   * @throws InvalidConfigException when the folder or the device cannot be used
   */
  static Backbone backbone(EncoderSettings settings) {
    Path folder = settings.model();
    try {
      return Backbone.open(folder == null ? BuiltInBackbone.folder() : folder, settings);
    } catch (InvalidModelException | IllegalArgumentException | IllegalStateException e) {
      throw new InvalidConfigException("encoder: " + e.getMessage(), e);
    }
  }
}
