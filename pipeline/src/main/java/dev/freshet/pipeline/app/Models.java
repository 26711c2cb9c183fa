package dev.freshet.pipeline.app;

import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.Encoders;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.InvalidConfigException;

/** The configured model, or a sentence that says why it cannot be had. */
final class Models {
  private Models() {}

  /**
   * Loads the model, or takes a handle on the one that this JVM has loaded.
   *
   * @throws InvalidConfigException when the folder, the window or the device cannot be used
   */
  static Encoder acquire(FreshetConfig config) {
    try {
      return Encoders.acquire(config.encoder());
    } catch (InvalidModelException | IllegalArgumentException | IllegalStateException e) {
      throw new InvalidConfigException("encoder: " + e.getMessage(), e);
    }
  }
}
