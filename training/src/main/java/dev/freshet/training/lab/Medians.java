package dev.freshet.training.lab;

import java.util.stream.DoubleStream;

/** Middles of measurements of which some may not be finite: those say nothing and are left out. */
final class Medians {
  private Medians() {}

  /** NaN when nothing is finite. */
  static double of(DoubleStream values) {
    double[] sorted = values.filter(Double::isFinite).sorted().toArray();
    if (sorted.length == 0) {
      return Double.NaN;
    }
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The largest that is finite, NaN when nothing is. */
  static double largest(DoubleStream values) {
    return values.filter(Double::isFinite).max().orElse(Double.NaN);
  }
}
