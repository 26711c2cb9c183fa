package dev.freshet.pipeline.ann;

import java.util.List;

/**
 * What finding the true neighbours of one query would have taken, of each neighbour one number. See
 * {@link Calibration} for what they mean. Immutable and thread-safe.
 *
 * @param reaches without a filter, and under each that was tried out; none where only the cells
 *     were scanned that are likely to hold the neighbours
 */
record Demand(List<Float> widths, List<Float> slacks, List<List<Float>> reaches) {
  /** Filters that are tried out, none being one of them. */
  static final int FILTERS = 3;

  Demand {
    widths = List.copyOf(widths);
    slacks = List.copyOf(slacks);
    reaches = List.copyOf(reaches);
  }

  /** Whether all cells were scanned. */
  boolean isWhole() {
    return !reaches.isEmpty();
  }
}
