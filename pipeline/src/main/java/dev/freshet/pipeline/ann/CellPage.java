package dev.freshet.pipeline.ann;

import java.util.Arrays;

/**
 * Some of an index's cells, and their centroids as codes. A change of cells makes a new page of
 * those that are touched. Immutable and thread-safe.
 */
final class CellPage {
  /** Cells of a full page: copying one costs less than the split that asks for it. */
  static final int CAPACITY = 64;

  private final Cell[] cells;
  private final CentroidCodes centroids;

  private CellPage(Cell[] cells, CentroidCodes centroids) {
    this.cells = cells;
    this.centroids = centroids;
  }

  static CellPage of(Cell[] cells) {
    float[][] centroids = Arrays.stream(cells).map(Cell::centroid).toArray(float[][]::new);
    return new CellPage(cells.clone(), CentroidCodes.of(centroids));
  }

  int size() {
    return cells.length;
  }

  Cell cell(int i) {
    return cells[i];
  }

  CentroidCodes centroids() {
    return centroids;
  }

  /** Where the cell of this name stands, or -1. */
  int indexOf(long id) {
    for (int i = 0; i < cells.length; i++) {
      if (cells[i].id() == id) {
        return i;
      }
    }
    return -1;
  }

  /** With another cell of the same centroid in the place of this one. */
  CellPage withSameCentroid(int index, Cell cell) {
    Cell[] other = cells.clone();
    other[index] = cell;
    return new CellPage(other, centroids);
  }

  CellPage with(int index, Cell cell) {
    Cell[] other = cells.clone();
    other[index] = cell;
    return new CellPage(other, centroids.with(index, cell.centroid()));
  }

  CellPage and(Cell cell) {
    Cell[] other = Arrays.copyOf(cells, cells.length + 1);
    other[cells.length] = cell;
    return new CellPage(other, centroids.and(cell.centroid()));
  }

  /** Of at least two cells. */
  CellPage without(int index) {
    Cell[] other = new Cell[cells.length - 1];
    System.arraycopy(cells, 0, other, 0, index);
    System.arraycopy(cells, index + 1, other, index, other.length - index);
    return new CellPage(other, centroids.without(index, cells[index].centroid().length));
  }
}
