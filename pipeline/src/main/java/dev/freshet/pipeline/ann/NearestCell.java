package dev.freshet.pipeline.ann;

import java.util.Arrays;
import java.util.List;

/**
 * The cell that a vector belongs to: the one whose centroid is nearest. Every write asks for it, so
 * only cells of near pages are looked at, their centroids are sifted by their sketches alone, and
 * only those that may be nearest are scored. Of a million texts two in a hundred come to another
 * cell than the nearest, which is about as near; searches find as much with the same work.
 *
 * @param cell that it is
 * @param near how near: see {@link Cell#closeness}
 */
record NearestCell(Cell cell, float near) {
  /**
   * Standard deviations that a bound by sketches allows. The nearest cell is missed three times in
   * a thousand. With three deviations it never was, but three times as many were scored.
   */
  static final float SLACK = 1.5f;

  /**
   * Share of the squared distance to the nearest page's centre: pages whose squared distance is
   * greater by more are not looked at. So does SPANN choose its posting lists (Chen et al., "SPANN:
   * Highly-efficient Billion-scale Approximate Nearest Neighbor Search", NeurIPS 2021). Of 6,100
   * cells with a million texts 1,000 are looked at, and the nearest is among them 98 times in a
   * hundred; where all pages are about as far, as those of hard vectors are, all are looked at.
   */
  private static final float FARTHER = 0.4f;

  /** Pages that are all looked at: to choose among them costs as much. */
  private static final int FEW = 8;

  /**
   * @param table of at least one cell
   * @param vector {@code [padded]}
   */
  static NearestCell of(CellTable table, float[] vector) {
    QueryCode query = new QueryCode(vector);
    short[] sums = new short[Kernels.SUMS];
    CellPage[] pages = near(table, query, sums);
    float[] bounds = new float[pages.length * CellPage.CAPACITY];
    for (int i = 0; i < pages.length; i++) {
      int at = i * CellPage.CAPACITY;
      pages[i].sketches().closeness(query, SLACK, sums, bounds, at);
      int end = at + Kernels.wholeGroups(pages[i].size());
      Arrays.fill(bounds, end, at + CellPage.CAPACITY, Float.NEGATIVE_INFINITY);
    }
    int likely = Kernels.indexOfMost(bounds);
    Cell nearest = inSlot(pages, likely);
    float most = nearest.closeness(vector);
    int[] slots = new int[bounds.length];
    int count = Kernels.atLeast(bounds, bounds.length, most, slots);
    for (int i = 0; i < count; i++) {
      if (slots[i] != likely && bounds[slots[i]] > most) {
        Cell cell = inSlot(pages, slots[i]);
        float near = cell.closeness(vector);
        if (near > most) {
          nearest = cell;
          most = near;
        }
      }
    }
    return new NearestCell(nearest, most);
  }

  /**
   * The page that seems nearest, and those that may be about as near.
   *
   * @param sums scratch, {@code [Kernels.SUMS]}
   */
  static CellPage[] near(CellTable table, QueryCode query, short[] sums) {
    List<CellPage> pages = table.pages();
    if (pages.size() <= FEW) {
      return pages.toArray(new CellPage[0]);
    }
    float[] bounds = new float[Kernels.wholeGroups(pages.size())];
    table.centres().closeness(query, SLACK, sums, bounds, 0);
    int likely = Kernels.indexOfMost(bounds);
    float most =
        Kernels.dot(query.vector(), pages.get(likely).centre())
            - table.centres().halfSquares(likely);
    // Half the squared distance is half the vector's squared norm less the closeness.
    float half = query.norm() * query.norm() / 2;
    int[] places = new int[pages.size()];
    int count =
        Kernels.atLeast(bounds, places.length, half - (1 + FARTHER) * (half - most), places);
    if (count == 0) {
      return new CellPage[] {pages.get(likely)}; // Squares are beyond what floats hold.
    }
    CellPage[] near = new CellPage[count];
    for (int i = 0; i < count; i++) {
      near[i] = pages.get(places[i]);
    }
    return near;
  }

  private static Cell inSlot(CellPage[] pages, int slot) {
    return pages[slot / CellPage.CAPACITY].cell(slot % CellPage.CAPACITY);
  }
}
