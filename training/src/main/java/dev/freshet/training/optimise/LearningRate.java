package dev.freshet.training.optimise;

/**
 * A learning rate that grows in even steps to its peak and falls in even steps to zero: as BERT was
 * trained (Devlin et al., NAACL 2019, arXiv 1810.04805).
 *
 * @param peak the highest rate, above 0
 * @param warmUp steps until the peak, 0 to {@code steps}
 * @param steps all steps, at least 1
 */
public record LearningRate(double peak, long warmUp, long steps) {
  public LearningRate {
    if (!(peak > 0) || Double.isInfinite(peak) || steps < 1 || warmUp < 0 || warmUp > steps) {
      throw new IllegalArgumentException(
          "a learning rate needs a peak above 0, at least 1 step and no longer warm-up than steps, was peak %s, warm-up %d, steps %d"
              .formatted(peak, warmUp, steps));
    }
  }

  /**
   * @param step counted from 0
   * @return above 0, for the last step too
   */
  public double at(long step) {
    if (step < warmUp) {
      return peak * (step + 1) / warmUp;
    }
    return peak * (steps - step) / (steps - warmUp);
  }
}
