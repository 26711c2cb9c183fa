package dev.freshet.pipeline.ann;

/**
 * The cell that a vector belongs to: the one whose centroid is nearest. Every write asks for it, so
 * centroids are sifted by their sketches alone, and only those that may be nearest are scored.
 * Stateless and thread-safe.
 */
final class NearestCell {
  /** Standard deviations that a bound by sketches allows: a cell is missed once in a thousand. */
  private static final float SLACK = 3;

  private NearestCell() {}

  /**
   * @param table of at least one cell
   * @param vector {@code [padded]}
   */
  static Cell of(CellTable table, float[] vector) {
    QueryCode query = new QueryCode(vector);
    float[] bounds = new float[table.cells() + Kernels.wholeGroups(CellPage.CAPACITY)];
    short[] sums = new short[Kernels.wholeGroups(CellPage.CAPACITY)];
    int likely = 0;
    int at = 0;
    for (CellPage page : table.pages()) {
      page.sketches().bound(query, SLACK, 0, page.size(), sums, bounds, at);
      for (int i = 0; i < page.size(); i++, at++) {
        bounds[at] -= page.cell(i).halfSquares();
        likely = bounds[at] > bounds[likely] ? at : likely;
      }
    }
    Cell nearest = table.at(likely);
    float most = nearest.closeness(Kernels.dot(vector, nearest.centroid()));
    at = 0;
    for (CellPage page : table.pages()) {
      for (int i = 0; i < page.size(); i++, at++) {
        if (bounds[at] > most && at != likely) {
          Cell cell = page.cell(i);
          float near = cell.closeness(Kernels.dot(vector, cell.centroid()));
          if (near > most) {
            nearest = cell;
            most = near;
          }
        }
      }
    }
    return nearest;
  }
}
