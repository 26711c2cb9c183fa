package dev.freshet.pipeline.ann;

import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What recall costs, measured on the true neighbours of sampled queries: by how many of its
 * variances the mean of the neighbour's cell was below that of the best cell (width), by how many
 * of its spreads below the score of the k-th neighbour (reach), and how many standard deviations a
 * row's bound had to allow (slack) for it to be found. Quantiles say what a search must do for a
 * recall. Immutable and thread-safe.
 */
final class Calibration {
  /**
   * Of what may be missed, the part that may be missed because a row's bound was too low; the rest
   * is for cells that were not looked at, which is where the work is.
   */
  private static final double SHARE_OF_BOUNDS = 0.4;

  /** There are filters that take more than those that are tried out. */
  private static final double FILTER_CAUTION = 2;

  /** Allowed where nothing has been measured: more than data is seen to need. */
  private static final float CAUTIOUS_WIDTH = 0.7f;

  private static final float CAUTIOUS_REACH = 1;

  private static final float CAUTIOUS_SLACK = 3;

  /**
   * Of the neighbours, what lies well inside of the cells that a measurement in part looks at. Up
   * to so many, such measurements count; beyond, those of all cells alone: what is missed in part
   * is taken for farther rows in nearer cells.
   */
  private static final double NEAR_SHARE = 0.975;

  /** By how much more such a measurement allows, so that little is missed by it. */
  private static final float NEAR_MARGIN = 1.3f;

  static final Calibration NONE = of(List.of());

  private final float[] widths;

  /** Of the queries for which all cells were scanned. */
  private final float[] wholeWidths;

  private final float[] slacks;

  /** Per filter that was tried out. */
  private final List<float[]> reaches;

  /** Another one whose numbers hold where they are larger; null for none. */
  private final @Nullable Calibration other;

  private Calibration(
      float[] widths,
      float[] wholeWidths,
      float[] slacks,
      List<float[]> reaches,
      @Nullable Calibration other) {
    this.widths = widths;
    this.wholeWidths = wholeWidths;
    this.slacks = slacks;
    this.reaches = reaches;
    this.other = other;
  }

  /** By what each of these queries took; they are not kept. */
  static Calibration of(Collection<Demand> demands) {
    List<Demand> whole = demands.stream().filter(Demand::isWhole).toList();
    return new Calibration(
        sorted(demands, Demand::widths),
        sorted(whole, Demand::widths),
        sorted(demands, Demand::slacks),
        IntStream.range(0, Demand.FILTERS)
            .mapToObj(filter -> sorted(whole, demand -> demand.reaches().get(filter)))
            .toList(),
        null);
  }

  /** By whichever of the two asks for more. */
  Calibration or(Calibration another) {
    return new Calibration(
        widths, wholeWidths, slacks, reaches, other == null ? another : other.or(another));
  }

  private float orOther(float own, ToDoubleFunction<Calibration> number) {
    return other == null ? own : Math.max(own, (float) number.applyAsDouble(other));
  }

  private static float[] sorted(Collection<Demand> demands, Function<Demand, List<Float>> part) {
    List<Float> values = demands.stream().map(part).flatMap(List::stream).sorted().toList();
    float[] sorted = new float[values.size()];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = values.get(i);
    }
    return sorted;
  }

  /**
   * Variances by which the mean of a cell may be below that of the best cell.
   *
   * @param recall 0 to 1, both excluded
   */
  float width(double recall) {
    double share = 1 - (1 - recall) * (1 - SHARE_OF_BOUNDS);
    float own = quantile(share < NEAR_SHARE ? widths : wholeWidths, share, CAUTIOUS_WIDTH);
    return orOther(own, calibration -> calibration.width(recall));
  }

  /** The width of a measurement that looks only where neighbours are likely. */
  float nearWidth() {
    float own = NEAR_MARGIN * quantile(wholeWidths, NEAR_SHARE, CAUTIOUS_WIDTH);
    return orOther(own, Calibration::nearWidth);
  }

  /**
   * Spreads by which the k-th best that a filter leaves may be above the mean of its cell.
   *
   * @param recall 0 to 1, both excluded
   */
  float reach(double recall) {
    double share = 1 - (1 - recall) * (1 - SHARE_OF_BOUNDS) / FILTER_CAUTION;
    float most = 0;
    for (float[] sorted : reaches) {
      most = Math.max(most, quantile(sorted, share, CAUTIOUS_REACH));
    }
    return orOther(most, calibration -> calibration.reach(recall));
  }

  /** Standard deviations that a row's bound allows. */
  float slack(double recall) {
    float own = quantile(slacks, 1 - (1 - recall) * SHARE_OF_BOUNDS, CAUTIOUS_SLACK);
    return orOther(own, calibration -> calibration.slack(recall));
  }

  private static float quantile(float[] sorted, double share, float otherwise) {
    return sorted.length == 0
        ? otherwise
        : sorted[Math.min(sorted.length - 1, (int) Math.ceil(share * sorted.length) - 1)];
  }
}
