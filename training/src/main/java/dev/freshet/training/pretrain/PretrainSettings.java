package dev.freshet.training.pretrain;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.freshet.model.encoder.BackboneShape;

/**
 * How a backbone is made from texts. Equal settings and texts make equal bytes on one kind of
 * processor.
 *
 * @param shape of the network
 * @param vocabulary most pieces of the vocabulary, which is learnt from the texts
 * @param masked guessing hidden tokens
 * @param contrastive telling documents apart
 * @param temperature of the contrastive loss
 * @param seed of everything random
 */
public record PretrainSettings(
    @JsonUnwrapped BackboneShape shape,
    @JsonProperty int vocabulary,
    @JsonProperty Stage masked,
    @JsonProperty Stage contrastive,
    @JsonProperty double temperature,
    @JsonProperty long seed) {

  /**
   * One stage of the training.
   *
   * @param steps 0 leaves the stage out
   * @param batch sequences a step; pairs of them in the contrastive stage
   * @param rate the highest learning rate
   */
  public record Stage(@JsonProperty int steps, @JsonProperty int batch, @JsonProperty double rate) {
    public Stage {
      if (steps < 0 || batch < 1 || !(rate > 0)) {
        throw new IllegalArgumentException(
            "a stage needs steps of 0 or more, a batch of at least 1 and a rate above 0, were %d, %d and %s"
                .formatted(steps, batch, rate));
      }
    }
  }

  public PretrainSettings {
    if (!(temperature > 0)) {
      throw new IllegalArgumentException("temperature must be above 0, was " + temperature);
    }
  }

  /** What the built-in backbone is made with, from the generated corpus. */
  public static PretrainSettings builtIn() {
    return new PretrainSettings(
        new BackboneShape(3, 128, 4, 512, 128),
        8192,
        new Stage(2000, 8, 1e-3),
        new Stage(1500, 64, 1e-3),
        0.05,
        20220815);
  }
}
