package dev.freshet.training.round;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How a bi-encoder learns from examples.
 *
 * @param batch examples a pass
 * @param temperature that cosines are divided by
 * @param negatives hard ones of each example that a pass sees, drawn anew each time from those that
 *     it has; they count for all queries of the batch
 * @param cacheGradients whether memory is that of a part of the batch, for a second forward pass:
 *     see {@link dev.freshet.training.optimise.CachedEmbedding}
 */
public record RetrievalSettings(
    @JsonProperty int batch,
    @JsonProperty double temperature,
    @JsonProperty int negatives,
    @JsonProperty boolean cacheGradients) {
  public RetrievalSettings {
    if (batch < 2 || !(temperature > 0) || negatives < 0) {
      throw new IllegalArgumentException(
          "a batch must have at least 2 examples, the temperature be above 0 and negatives be 0 or more, were %d, %s and %d"
              .formatted(batch, temperature, negatives));
    }
  }

  /** Batches of 64 at a temperature of 0.05, in-batch negatives alone. */
  public static RetrievalSettings defaults() {
    return new RetrievalSettings(64, 0.05, 0, false);
  }
}
