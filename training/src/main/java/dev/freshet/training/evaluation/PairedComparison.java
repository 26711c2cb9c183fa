package dev.freshet.training.evaluation;

import java.util.Arrays;

/**
 * Whether a system is better than another on the same queries.
 *
 * @param difference mean of the system's values less the baseline's
 * @param interval in which the true difference lies, with a confidence of 95 % unless another one
 *     was asked for
 * @param pValue of the two-sided {@link RandomisationTest}
 */
public record PairedComparison(double difference, BootstrapInterval interval, double pValue) {
  /** What intervals have where nothing is said. */
  public static final double CONFIDENCE = 0.95;

  /**
   * @param baseline one value for each query
   * @param system values of the same queries in the same order
   * @param seed same seed, same numbers
   */
  public static PairedComparison of(double[] baseline, double[] system, long seed) {
    return of(baseline, system, CONFIDENCE, seed);
  }

  /**
   * As the other.
   *
   * @param confidence of the interval, between 0 and 1
   */
  public static PairedComparison of(
      double[] baseline, double[] system, double confidence, long seed) {
    if (baseline.length != system.length || baseline.length == 0) {
      throw new IllegalArgumentException(
          "both systems must have a value for each of the same queries, have %d and %d"
              .formatted(baseline.length, system.length));
    }
    double[] differences = new double[system.length];
    Arrays.setAll(differences, i -> system[i] - baseline[i]);
    return new PairedComparison(
        Arrays.stream(differences).average().orElseThrow(),
        BootstrapInterval.ofMean(differences, confidence, seed),
        RandomisationTest.pValue(differences, seed));
  }
}
