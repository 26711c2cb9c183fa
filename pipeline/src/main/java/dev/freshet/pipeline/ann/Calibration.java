package dev.freshet.pipeline.ann;

import java.util.Arrays;
import java.util.List;

/**
 * What recall costs, measured on the true neighbours of sampled queries: by how many of its spreads
 * the mean of the neighbour's cell was below that of the best cell (width), and below the score of
 * the k-th neighbour (reach), and how many standard deviations a row's bound had to allow (slack)
 * for it to be found. Quantiles say what a search must do for a recall. Immutable and thread-safe.
 */
final class Calibration {
  /**
   * Of what may be missed, the part that may be missed because a row's bound was too low; the rest
   * is for cells that were not looked at, which is where the work is.
   */
  private static final double SHARE_OF_BOUNDS = 0.4;

  /** Filters that go with the vectors take more than those at random, which are measured. */
  private static final double FILTER_CAUTION = 2;

  /** Allowed where nothing has been measured: more than data is seen to need. */
  private static final float CAUTIOUS_WIDTH = 0.7f;

  private static final float CAUTIOUS_REACH = 1;

  private static final float CAUTIOUS_SLACK = 3;

  static final Calibration NONE = new Calibration(List.of(), List.of(), List.of());

  private final float[] widths;
  private final float[] slacks;

  /** For filters of several widths. */
  private final List<float[]> reaches;

  /**
   * Of each neighbour what it took, in any order.
   *
   * @param reaches for filters that leave all, many and few documents
   */
  Calibration(List<Float> widths, List<Float> slacks, List<List<Float>> reaches) {
    this.widths = sorted(widths);
    this.slacks = sorted(slacks);
    this.reaches = reaches.stream().map(Calibration::sorted).toList();
  }

  private static float[] sorted(List<Float> values) {
    float[] sorted = new float[values.size()];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = values.get(i);
    }
    Arrays.sort(sorted);
    return sorted;
  }

  /**
   * Spreads by which the mean of a cell may be below that of the best cell.
   *
   * @param recall 0 to 1, both excluded
   */
  float width(double recall) {
    return quantile(widths, 1 - (1 - recall) * (1 - SHARE_OF_BOUNDS), CAUTIOUS_WIDTH);
  }

  /**
   * Spreads by which the k-th best that a filter leaves may be above the mean of its cell.
   *
   * @param recall 0 to 1, both excluded
   */
  float reach(double recall) {
    double share = 1 - (1 - recall) * (1 - SHARE_OF_BOUNDS) / FILTER_CAUTION;
    float most = reaches.isEmpty() ? CAUTIOUS_REACH : 0;
    for (float[] sorted : reaches) {
      most = Math.max(most, quantile(sorted, share, CAUTIOUS_REACH));
    }
    return most;
  }

  /** Standard deviations that a row's bound allows. */
  float slack(double recall) {
    return quantile(slacks, 1 - (1 - recall) * SHARE_OF_BOUNDS, CAUTIOUS_SLACK);
  }

  private static float quantile(float[] sorted, double share, float otherwise) {
    return sorted.length == 0
        ? otherwise
        : sorted[Math.min(sorted.length - 1, (int) Math.ceil(share * sorted.length) - 1)];
  }
}
