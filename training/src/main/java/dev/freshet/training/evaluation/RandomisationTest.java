package dev.freshet.training.evaluation;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Fisher's paired randomisation test, two-sided: were both systems equally good, each difference
 * could as well have had the other sign. The p-value is the share of all ways to give signs whose
 * mean is at least as far from 0 as the one that was seen.
 *
 * <p>Up to {@value #MOST_ENUMERATED} differences that are not 0 all ways are tried and the p-value
 * is exact. For more, {@value #SAMPLES} ways are drawn, and the one that was seen is counted among
 * them, so that p is never 0 and the test never too bold.
 *
 * <p>Sources: Smucker, Allan and Carterette, <i>A comparison of statistical significance tests for
 * information retrieval evaluation</i>, CIKM 2007; Phipson and Smyth, <i>Permutation p-values
 * should never be zero</i>, 2010.
 */
public final class RandomisationTest {
  private static final int MOST_ENUMERATED = 16;
  private static final int SAMPLES = 100_000;

  /** Sums of the same numbers in another order differ by rounding; relative to their size. */
  private static final double ROUNDING = 1e-12;

  private RandomisationTest() {}

  /**
   * @param differences of two systems, one for each query, in any unit
   * @param seed same seed, same value
   * @return from 0, not included, to 1; 1 where there is no difference at all
   */
  public static double pValue(double[] differences, long seed) {
    double[] nonZero = Arrays.stream(differences).filter(difference -> difference != 0).toArray();
    double size = Arrays.stream(nonZero).map(Math::abs).sum();
    double seen = Math.abs(Arrays.stream(nonZero).sum()) - ROUNDING * size;
    return nonZero.length <= MOST_ENUMERATED
        ? enumerated(nonZero, seen)
        : sampled(nonZero, seen, new SplittableRandom(seed));
  }

  private static double enumerated(double[] differences, double seen) {
    int ways = 1 << differences.length;
    int asFar = 0;
    for (int signs = 0; signs < ways; signs++) {
      asFar += Math.abs(signedSum(differences, 0, differences.length, signs)) >= seen ? 1 : 0;
    }
    return (double) asFar / ways;
  }

  private static double sampled(double[] differences, double seen, SplittableRandom random) {
    int asFar = 1;
    for (int sample = 0; sample < SAMPLES; sample++) {
      double sum = 0;
      for (int from = 0; from < differences.length; from += Long.SIZE) {
        int to = Math.min(from + Long.SIZE, differences.length);
        sum += signedSum(differences, from, to, random.nextLong());
      }
      asFar += Math.abs(sum) >= seen ? 1 : 0;
    }
    return asFar / (SAMPLES + 1.0);
  }

  /**
   * @param signs a bit for each difference from {@code from}, the lowest first; 1 for minus
   */
  private static double signedSum(double[] differences, int from, int to, long signs) {
    double sum = 0;
    long left = signs;
    for (int i = from; i < to; i++) {
      sum += (1 - 2 * (left & 1)) * differences[i];
      left >>>= 1;
    }
    return sum;
  }
}
