package dev.freshet.training.evaluation;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A confidence interval of a mean by the bootstrap's percentile method: the queries are drawn anew,
 * with replacement, {@value #RESAMPLES} times, and the interval leaves out the same share of the
 * resulting means on both sides.
 *
 * <p>Source: Efron and Tibshirani, <i>An introduction to the bootstrap</i>, 1993, chapter 13.
 *
 * @param low lower end
 * @param high upper end
 */
public record BootstrapInterval(double low, double high) {
  private static final int RESAMPLES = 10_000;

  /**
   * @param values one for each query, at least one
   * @param confidence between 0 and 1, 0.95 for a 95 % interval
   * @param seed same seed, same interval
   */
  public static BootstrapInterval ofMean(double[] values, double confidence, long seed) {
    if (values.length == 0) {
      throw new IllegalArgumentException("values must not be empty");
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException("confidence must be between 0 and 1, was " + confidence);
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] means = new double[RESAMPLES];
    for (int resample = 0; resample < RESAMPLES; resample++) {
      double sum = 0;
      for (int i = 0; i < values.length; i++) {
        sum += values[random.nextInt(values.length)];
      }
      means[resample] = sum / values.length;
    }
    Arrays.sort(means);
    // The i-th of B sorted means is the i / (B + 1) quantile: Efron and Tibshirani, p. 160.
    int below = Math.max(1, (int) Math.floor((RESAMPLES + 1) * (1 - confidence) / 2));
    return new BootstrapInterval(means[below - 1], means[RESAMPLES - below]);
  }
}
