package dev.freshet.pipeline.ann;

/**
 * The cells of a table, best first. Their keys are bounded by sketches at first; a cell is scored
 * only when it comes up, so most never are. One per search and thread.
 */
final class CellQueue {
  /**
   * Standard deviations that a bound allows. A cell is misplaced once in forty: it comes up later
   * then, if at all, which calibrations measure as they do what is missed. With three, twice as
   * many were scored in vain.
   */
  private static final float SLACK = 2;

  /**
   * Of a typical spread: narrower cells count as this wide where variances do, or one of duplicates
   * would ask for a hundred times the variances that others need.
   */
  private static final float LEAST_SPREAD = 0.25f;

  private final CellTable table;
  private final QueryCode query;

  /**
   * What is added to a cell's score: {@code reach * norm * spread + width * variance - distance *
   * halfSquares}.
   */
  private final float reach;

  private final float width;
  private final float distance;

  /** Below it cells count as this wide. */
  private final float leastWide;

  /** The query's norm, of a typical spread, which may be tiny; 0 where all cells are points. */
  private final double normOfTypical;

  /** A binary heap, greatest key first. */
  private final float[] keys;

  private final int[] slots;

  /** By slot, of the cells that came up. */
  private final float[] scores;

  private int size;

  private float key;
  private float score;
  private float spread;

  private CellQueue(CellTable table, QueryCode query, float reach, float width, float distance) {
    this.table = table;
    this.query = query;
    this.reach = reach;
    this.width = width;
    this.distance = distance;
    float typical = table.spread();
    this.leastWide = LEAST_SPREAD * typical;
    this.normOfTypical = typical > 0 ? (double) query.norm() / typical : 0;
    keys = new float[table.cells()];
    slots = new int[table.cells()];
    scores = new float[table.slots()];
    float[] bounds = new float[CellPage.CAPACITY];
    short[] sums = new short[Kernels.SUMS];
    for (int p = 0; p < table.pages().size(); p++) {
      CellPage page = table.pages().get(p);
      page.sketches().bound(query, SLACK, sums, bounds);
      for (int i = 0; i < page.size(); i++) {
        keys[size] = bounds[i] + offset(page, i);
        slots[size++] = p * CellPage.CAPACITY + i;
      }
    }
    for (int i = size / 2 - 1; i >= 0; i--) {
      sink(i);
    }
  }

  /** By the mean of the inner products in a cell. */
  static CellQueue byScore(CellTable table, QueryCode query) {
    return new CellQueue(table, query, 0, 0, 0);
  }

  /** By the mean of the inner products in a cell, and {@code reach} of their spreads. */
  static CellQueue byReach(CellTable table, QueryCode query, float reach) {
    return new CellQueue(table, query, reach, 0, 0);
  }

  /**
   * By the mean of the inner products in a cell, and {@code width} of their {@link #variance}. So
   * does the logarithm of the mean of {@code exp(l s)} go, for scores s with a normal distribution:
   * by what the best of them come to, which a wide cell has more of than its mean says.
   */
  static CellQueue byBest(CellTable table, QueryCode query, float width) {
    return new CellQueue(table, query, 0, width, 0);
  }

  /** By the distance of the centroid, the nearest first. */
  static CellQueue byDistance(CellTable table, QueryCode query) {
    return new CellQueue(table, query, 0, 0, 1);
  }

  private float offset(CellPage page, int i) {
    float spread = page.spread(i);
    return reach * query.norm() * spread
        + width * variance(spread)
        - distance * page.sketches().halfSquares(i);
  }

  /**
   * The variance of the inner products in a cell of this spread, divided by their deviation in a
   * typical one, so that it is in the unit of inner products; 0 where all cells are points.
   */
  float variance(float spread) {
    float wide = Math.max(spread, leastWide);
    return (float) (normOfTypical * wide * wide);
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** The next cell; not when empty. */
  Cell next() {
    while (true) {
      int slot = slots[0];
      if (slot < 0) {
        key = keys[0];
        CellPage page = page(~slot);
        int at = ~slot % CellPage.CAPACITY;
        score = scores[~slot];
        spread = page.spread(at);
        keys[0] = keys[--size];
        slots[0] = slots[size];
        sink(0);
        return page.cell(at);
      }
      scores[slot] = Kernels.dot(query.vector(), table.inSlot(slot).centroid());
      keys[0] = scores[slot] + offset(page(slot), slot % CellPage.CAPACITY);
      slots[0] = ~slot;
      sink(0);
    }
  }

  private CellPage page(int slot) {
    return table.pages().get(slot / CellPage.CAPACITY);
  }

  /** The key of the cell that came last; every cell that is still to come has a lower one. */
  float key() {
    return key;
  }

  /** The inner product of the query with the centroid of the cell that came last. */
  float score() {
    return score;
  }

  /** The spread of the cell that came last, as its key was made with. */
  float spread() {
    return spread;
  }

  private void sink(int from) {
    float moved = keys[from];
    int slot = slots[from];
    int at = from;
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size && keys[child + 1] > keys[child]) {
        child++;
      }
      if (keys[child] <= moved) {
        break;
      }
      keys[at] = keys[child];
      slots[at] = slots[child];
      at = child;
    }
    keys[at] = moved;
    slots[at] = slot;
  }
}
