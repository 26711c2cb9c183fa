package dev.freshet.pipeline.ann;

/**
 * The cell that a vector belongs to: the one whose centroid is nearest. Every write asks for it, so
 * centroids are sifted by their sketches alone, and only those that may be nearest are scored.
 *
 * @param cell that it is
 * @param near how near: see {@link Cell#closeness}
 */
record NearestCell(Cell cell, float near) {
  /** Standard deviations that a bound by sketches allows: a cell is missed once in a thousand. */
  private static final float SLACK = 3;

  /**
   * @param table of at least one cell
   * @param vector {@code [padded]}
   */
  static NearestCell of(CellTable table, float[] vector) {
    float[] bounds = table.closeness(new QueryCode(vector), SLACK);
    int[] slots = new int[bounds.length];
    var unused = Kernels.atLeast(bounds, bounds.length, Kernels.most(bounds), slots);
    int likely = slots[0];
    Cell nearest = table.inSlot(likely);
    float most = nearest.closeness(vector);
    int count = Kernels.atLeast(bounds, bounds.length, most, slots);
    for (int i = 0; i < count; i++) {
      if (slots[i] != likely && bounds[slots[i]] > most) {
        Cell cell = table.inSlot(slots[i]);
        float near = cell.closeness(vector);
        if (near > most) {
          nearest = cell;
          most = near;
        }
      }
    }
    return new NearestCell(nearest, most);
  }
}
