package dev.freshet.pipeline.ann;

import java.util.Arrays;

/**
 * What recall costs, measured: how many spreads above its mean a cell had to be expected to reach,
 * and how many standard deviations a row's bound had to allow, for each true neighbour of sampled
 * queries to be found. Quantiles of the two say what a search must do for a recall. Immutable and
 * thread-safe.
 */
final class Calibration {
  /**
   * Of what may be missed, the part that may be missed because a row's bound was too low; the rest
   * is for cells that were not looked at, which is where the work is.
   */
  private static final double SHARE_OF_BOUNDS = 0.2;

  /** Allowed where nothing has been measured: more than data is seen to need. */
  private static final float CAUTIOUS_WIDTH = 4;

  private static final float CAUTIOUS_SLACK = 3;

  static final Calibration NONE = new Calibration(new float[0], new float[0], 0);

  /** Sorted. */
  private final float[] widths;

  /** Sorted. */
  private final float[] slacks;

  /**
   * @param widths per neighbour
   * @param slacks per neighbour
   * @param count how many of each
   */
  Calibration(float[] widths, float[] slacks, int count) {
    this.widths = Arrays.copyOf(widths, count);
    this.slacks = Arrays.copyOf(slacks, count);
    Arrays.sort(this.widths);
    Arrays.sort(this.slacks);
  }

  /**
   * Spreads above its mean that a cell is expected to reach.
   *
   * @param recall 0 to 1, both excluded
   */
  float width(double recall) {
    return Math.max(
        0, quantile(widths, 1 - (1 - recall) * (1 - SHARE_OF_BOUNDS), CAUTIOUS_WIDTH));
  }

  /** Standard deviations that a row's bound allows. */
  float slack(double recall) {
    return Math.max(0, quantile(slacks, 1 - (1 - recall) * SHARE_OF_BOUNDS, CAUTIOUS_SLACK));
  }

  private static float quantile(float[] sorted, double share, float otherwise) {
    return sorted.length == 0
        ? otherwise
        : sorted[Math.min(sorted.length - 1, (int) Math.ceil(share * sorted.length) - 1)];
  }
}
