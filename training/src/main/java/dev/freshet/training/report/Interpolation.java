package dev.freshet.training.report;

import java.util.List;

/**
 * A plane of cells between places where a value is known; each cell has the value of its middle,
 * weighed linearly in both directions from the four places around it.
 */
final class Interpolation {
  private final List<Double> xs;
  private final List<Double> ys;
  private final List<List<Double>> values;
  private final int columnsBetween;
  private final int rowsBetween;

  /**
   * @param xs ascending, at least two
   * @param ys likewise
   * @param values {@code [xs, ys]}
   * @param fineness cells beside each other, at least; a multiple of the gaps between the places
   */
  Interpolation(List<Double> xs, List<Double> ys, List<List<Double>> values, int fineness) {
    this.xs = xs;
    this.ys = ys;
    this.values = values;
    columnsBetween = perGap(fineness, xs);
    rowsBetween = perGap(fineness, ys);
  }

  private static int perGap(int fineness, List<Double> places) {
    int gaps = places.size() - 1;
    return (fineness + gaps - 1) / gaps;
  }

  int columns() {
    return columnsBetween * (xs.size() - 1);
  }

  int rows() {
    return rowsBetween * (ys.size() - 1);
  }

  /** Where a column begins and the one before it ends. */
  double x(int column) {
    return between(xs, (double) column / columnsBetween);
  }

  double y(int row) {
    return between(ys, (double) row / rowsBetween);
  }

  private static double between(List<Double> places, double at) {
    int before = Math.min((int) at, places.size() - 2);
    return places.get(before) + (at - before) * (places.get(before + 1) - places.get(before));
  }

  /** Not finite where one of the four places is not. */
  double value(int column, int row) {
    double x = (column + 0.5) / columnsBetween;
    double y = (row + 0.5) / rowsBetween;
    return (1 - x % 1) * between(values.get((int) x), y)
        + x % 1 * between(values.get((int) x + 1), y);
  }
}
