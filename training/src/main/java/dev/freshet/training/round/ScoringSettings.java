package dev.freshet.training.round;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.freshet.training.loss.ScoringLoss;

/**
 * How a cross-encoder learns from examples.
 *
 * @param batch examples a pass
 * @param negatives of each example, at least 1: drawn from its hard ones, and where it has too few
 *     from the other examples' positives
 * @param loss over the scores of an example's documents
 */
public record ScoringSettings(
    @JsonProperty int batch, @JsonProperty int negatives, @JsonProperty ScoringLoss loss) {
  public ScoringSettings {
    if (batch < 1 || negatives < 1) {
      throw new IllegalArgumentException(
          "a cross-encoder needs at least 1 example a batch and 1 negative of each, were %d and %d"
              .formatted(batch, negatives));
    }
  }

  /** 16 examples with 7 negatives each, listwise. */
  public static ScoringSettings defaults() {
    return new ScoringSettings(16, 7, ScoringLoss.LISTWISE);
  }
}
