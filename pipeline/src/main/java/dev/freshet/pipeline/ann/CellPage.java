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
  private final Codes centroids;

  private CellPage(Cell[] cells, Codes centroids) {
    this.cells = cells;
    this.centroids = centroids;
  }

  static CellPage of(Cell[] cells) {
    int padded = cells[0].centroid().length;
    Codes codes = new Codes(cells.length, padded);
    for (int i = 0; i < cells.length; i++) {
      codes.set(i, Posting.of(cells[i].centroid()));
    }
    return new CellPage(cells.clone(), codes);
  }

  int size() {
    return cells.length;
  }

  Cell cell(int i) {
    return cells[i];
  }

  Codes centroids() {
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
    Codes codes = new Codes(cells.length, cell.centroid().length);
    codes.copy(centroids, 0, cells.length, 0);
    codes.set(index, Posting.of(cell.centroid()));
    Cell[] other = cells.clone();
    other[index] = cell;
    return new CellPage(other, codes);
  }

  CellPage and(Cell cell) {
    Codes codes = new Codes(cells.length + 1, cell.centroid().length);
    codes.copy(centroids, 0, cells.length, 0);
    codes.set(cells.length, Posting.of(cell.centroid()));
    Cell[] other = Arrays.copyOf(cells, cells.length + 1);
    other[cells.length] = cell;
    return new CellPage(other, codes);
  }

  /** Of at least two cells. */
  CellPage without(int index) {
    int padded = cells[index].centroid().length;
    Codes codes = new Codes(cells.length - 1, padded);
    codes.copy(centroids, 0, index, 0);
    codes.copy(centroids, index + 1, cells.length - 1 - index, index);
    Cell[] other = new Cell[cells.length - 1];
    System.arraycopy(cells, 0, other, 0, index);
    System.arraycopy(cells, index + 1, other, index, other.length - index);
    return new CellPage(other, codes);
  }
}
