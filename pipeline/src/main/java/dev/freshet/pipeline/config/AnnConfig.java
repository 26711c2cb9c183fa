package dev.freshet.pipeline.config;

/**
 * The index of vectors in a serve node: when it has cells, and how much of them a search looks at.
 *
 * @param threshold passages of a generation from which on its vectors lie in cells; fewer are
 *     searched exactly; 1,000 to 100,000,000
 * @param cellRows most passages of a cell, 32 to 65,536
 * @param recall share of the nearest documents that a search is to find on average, above 0; 1
 *     looks at every cell
 * @param maxBytes most bytes of memory that the indexes of all generations take together: beyond,
 *     no document is added until there is room; 0 for half of the heap, at most 1 TiB
 */
public record AnnConfig(int threshold, int cellRows, double recall, long maxBytes) {

  public AnnConfig {
    Check.between("threshold", threshold, 1_000, 100_000_000);
    Check.between("cellRows", cellRows, 32, 65_536);
    Check.require(recall > 0 && recall <= 1, "recall must be above 0 and at most 1", recall);
    Check.bytesBetween("maxBytes", maxBytes, 0, 1L << 40);
  }

  /** In half of the heap. */
  public AnnConfig(int threshold, int cellRows, double recall) {
    this(threshold, cellRows, recall, 0);
  }

  /** Exact up to 20,000 passages; beyond, 95 of 100 neighbours. */
  public static AnnConfig defaults() {
    return new AnnConfig(20_000, 384, 0.95);
  }
}
