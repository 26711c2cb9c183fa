package dev.freshet.pipeline.ann;

import java.util.Arrays;

/**
 * Some of an index's cells, and what is asked of all of them: the sketches of their centroids, and
 * numbers of theirs, as cells themselves lie far apart in memory. A change of cells makes a new
 * page of those that are touched. Immutable and thread-safe.
 */
final class CellPage {
  /** Cells of a full page, whole groups: copying one costs less than the split that asks for it. */
  static final int CAPACITY = 64;

  private final Cell[] cells;

  /** Of the centroids, as they are: the rows of a cell have those of what they differ by. */
  private final Sketches sketches;

  /** {@code [CAPACITY]}, boundless where there is no cell: none is farther. */
  private final float[] halfSquares;

  private final float[] spreads;
  private final double sumOfSpreads;

  private CellPage(Cell[] cells, Sketches sketches) {
    this.cells = cells;
    this.sketches = sketches;
    halfSquares = new float[CAPACITY];
    Arrays.fill(halfSquares, cells.length, CAPACITY, Float.POSITIVE_INFINITY);
    spreads = new float[cells.length];
    double sum = 0;
    for (int i = 0; i < cells.length; i++) {
      halfSquares[i] = cells[i].halfSquares();
      spreads[i] = cells[i].spread();
      sum += spreads[i];
    }
    sumOfSpreads = sum;
  }

  static CellPage of(Cell[] cells) {
    Sketches sketches = new Sketches(cells.length, cells[0].centroid().length);
    for (int i = 0; i < cells.length; i++) {
      sketch(sketches, i, cells[i]);
    }
    return new CellPage(cells.clone(), sketches);
  }

  int size() {
    return cells.length;
  }

  Cell cell(int i) {
    return cells[i];
  }

  Sketches sketches() {
    return sketches;
  }

  /**
   * How near each cell is to a vector at most: see {@link Cell#closeness}.
   *
   * @param slack standard deviations to allow
   * @param sums scratch, {@code [Kernels.SUMS]}
   * @param bounds gets them from {@code at} on, {@code [CAPACITY]} that were zeros; the least where
   *     there is no cell
   */
  void closeness(QueryCode query, float slack, short[] sums, float[] bounds, int at) {
    sketches.bound(query, slack, 0, cells.length, sums, bounds, at);
    Kernels.subtract(bounds, at, halfSquares);
  }

  /** See {@link Cell#halfSquares}. */
  float halfSquares(int i) {
    return halfSquares[i];
  }

  /**
   * {@link Cell#spread} when the page was made: rows that came since hardly change it before one of
   * the cells is split, or loses its dead, and the page is made anew.
   */
  float spread(int i) {
    return spreads[i];
  }

  /** Of all cells, see {@link #spread}. */
  double sumOfSpreads() {
    return sumOfSpreads;
  }

  /** With the spreads as they are now. */
  CellPage measured() {
    return new CellPage(cells, sketches);
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
    return new CellPage(other, sketches);
  }

  CellPage with(int index, Cell cell) {
    return with(index, cell, cells.clone());
  }

  CellPage and(Cell cell) {
    return with(cells.length, cell, Arrays.copyOf(cells, cells.length + 1));
  }

  private CellPage with(int index, Cell cell, Cell[] other) {
    other[index] = cell;
    Sketches all = new Sketches(other.length, cell.centroid().length);
    all.copy(sketches, 0, cells.length, 0);
    sketch(all, index, cell);
    return new CellPage(other, all);
  }

  private static void sketch(Sketches sketches, int index, Cell cell) {
    float[] centroid = cell.centroid();
    sketches.set(index, centroid, new float[centroid.length]);
  }

  /** Of at least two cells. */
  CellPage without(int index) {
    int after = cells.length - 1 - index;
    Cell[] other = new Cell[cells.length - 1];
    System.arraycopy(cells, 0, other, 0, index);
    System.arraycopy(cells, index + 1, other, index, after);
    Sketches rest = new Sketches(other.length, cells[index].centroid().length);
    rest.copy(sketches, 0, index, 0);
    rest.copy(sketches, index + 1, after, index);
    return new CellPage(other, rest);
  }
}
