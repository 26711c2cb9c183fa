package dev.freshet.pipeline.ann;

/**
 * When an {@link IvfIndex} parts its vectors into cells, and how large those are. Immutable and
 * thread-safe.
 *
 * @param threshold passages from which on there are cells; fewer are searched exactly
 * @param cellRows most rows of a cell, at least 32: one that grows beyond is split
 * @param recall of the ten nearest that a search is to find, above 0; 1 and more looks at every
 *     cell
 * @param seed of k-means and of the samples that recall is calibrated on
 */
public record IvfSettings(int threshold, int cellRows, double recall, long seed) {
  private static final int LEAST_CELL_ROWS = 32;

  public IvfSettings {
    if (threshold < 1 || cellRows < LEAST_CELL_ROWS || !(recall > 0)) {
      throw new IllegalArgumentException(
          "threshold %d, cells of %d rows, recall %s: at least 1, at least %d, above 0"
              .formatted(threshold, cellRows, recall, LEAST_CELL_ROWS));
    }
  }

  /** What wins on most collections. */
  public static IvfSettings defaults() {
    return new IvfSettings(20_000, 384, 0.95, 1);
  }
}
