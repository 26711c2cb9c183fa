package dev.freshet.training.round;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How long a round trains, how fast, and when it stops early.
 *
 * @param steps of the optimiser, at most
 * @param passes whose gradients each step averages: gradient accumulation
 * @param rate the highest learning rate
 * @param warmUp share of the steps until it is reached; afterwards it falls to 0
 * @param weightDecay of AdamW
 * @param validateEvery steps between two looks at the held-out part; 0 for none but the last
 * @param patience looks without a better one until the round stops early; 0 for never
 */
public record TuningPlan(
    @JsonProperty int steps,
    @JsonProperty int passes,
    @JsonProperty double rate,
    @JsonProperty double warmUp,
    @JsonProperty double weightDecay,
    @JsonProperty int validateEvery,
    @JsonProperty int patience) {
  public TuningPlan {
    if (steps < 1 || passes < 1) {
      throw new IllegalArgumentException(
          "a round needs at least 1 step of at least 1 pass, was %d and %d"
              .formatted(steps, passes));
    }
    if (!(rate > 0) || Double.isInfinite(rate)) {
      throw new IllegalArgumentException("the learning rate must be above 0, was " + rate);
    }
    if (!(warmUp >= 0 && warmUp <= 1) || !(weightDecay >= 0)) {
      throw new IllegalArgumentException(
          "the warm-up must be a share from 0 to 1 and the weight decay not below 0, were %s and %s"
              .formatted(warmUp, weightDecay));
    }
    if (validateEvery < 0 || patience < 0) {
      throw new IllegalArgumentException(
          "validateEvery and patience must be 0 or more, were %d and %d"
              .formatted(validateEvery, patience));
    }
  }

  /** 300 steps with a tenth of warm-up, ten looks, no early stop. */
  public static TuningPlan defaults() {
    return new TuningPlan(300, 1, 1e-2, 0.1, 0.01, 30, 0);
  }

  public TuningPlan withRate(double other) {
    return new TuningPlan(steps, passes, other, warmUp, weightDecay, validateEvery, patience);
  }

  public TuningPlan withLooks(int every, int looksOfPatience) {
    return new TuningPlan(steps, passes, rate, warmUp, weightDecay, every, looksOfPatience);
  }
}
