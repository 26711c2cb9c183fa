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
    return nearest(table, vector, bounds(table, vector));
  }

  /** How near the vector is to each cell, at most. */
  private static float[] bounds(CellTable table, float[] vector) {
    QueryCode query = new QueryCode(vector);
    int room = Kernels.wholeGroups(CellPage.CAPACITY);
    float[] bounds = new float[table.cells() + room];
    short[] sums = new short[Kernels.GROUP];
    int at = 0;
    for (CellPage page : table.pages()) {
      page.sketches().bound(query, SLACK, 0, page.size(), sums, bounds, at);
      for (int i = 0; i < page.size(); i++, at++) {
        bounds[at] -= page.halfSquares(i);
      }
    }
    return bounds;
  }

  private static Cell nearest(CellTable table, float[] vector, float[] bounds) {
    int likely = 0;
    for (int at = 1; at < table.cells(); at++) {
      likely = bounds[at] > bounds[likely] ? at : likely;
    }
    Cell nearest = table.at(likely);
    float most = closeness(nearest, vector);
    int at = 0;
    for (CellPage page : table.pages()) {
      for (int i = 0; i < page.size(); i++, at++) {
        if (bounds[at] > most && at != likely) {
          Cell cell = page.cell(i);
          float near = closeness(cell, vector);
          if (near > most) {
            nearest = cell;
            most = near;
          }
        }
      }
    }
    return nearest;
  }

  private static float closeness(Cell cell, float[] vector) {
    return cell.closeness(Kernels.dot(vector, cell.centroid()));
  }
}
