package dev.freshet.pipeline.ann;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cells that lie near one another, and what is asked of all of them: the sketches of their
 * centroids, and numbers of theirs, as cells themselves lie far apart in memory. A change of cells
 * makes a new page of those that are touched. Immutable and thread-safe.
 */
final class CellPage {
  /** Cells of a full page, whole groups: copying one costs less than the split that asks for it. */
  static final int CAPACITY = 64;

  private final Cell[] cells;

  /** Of the cells: to look for one must not ask them all. */
  private final long[] ids;

  private final CentroidSketches sketches;

  /** {@code [padded]}, mean of the centroids. */
  private final float[] centre;

  private final float[] spreads;
  private final double sumOfSpreads;

  private CellPage(Cell[] cells, CentroidSketches sketches, float[] centre) {
    this.cells = cells;
    this.ids = Arrays.stream(cells).mapToLong(Cell::id).toArray();
    this.sketches = sketches;
    this.centre = centre;
    spreads = new float[cells.length];
    double sum = 0;
    for (int i = 0; i < cells.length; i++) {
      spreads[i] = cells[i].spread();
      sum += spreads[i];
    }
    sumOfSpreads = sum;
  }

  /**
   * @param cells at least one, at most {@link #CAPACITY}
   */
  static CellPage of(Cell[] cells) {
    float[][] centroids = centroids(cells);
    return new CellPage(cells.clone(), CentroidSketches.of(centroids), Centroids.mean(centroids));
  }

  /**
   * Pages of these cells, at least one: halved where they are too many for a page, and their halves
   * again, so that those of a page are near one another.
   */
  static List<CellPage> divided(Cell[] cells) {
    if (cells.length <= CAPACITY) {
      return List.of(of(cells));
    }
    Bisection parts = new Bisection(centroids(cells), 0);
    List<CellPage> pages = new ArrayList<>(divided(part(cells, parts, false)));
    pages.addAll(divided(part(cells, parts, true)));
    return pages;
  }

  private static Cell[] part(Cell[] cells, Bisection parts, boolean second) {
    List<Cell> part = new ArrayList<>(cells.length);
    for (int i = 0; i < cells.length; i++) {
      if (parts.isSecond(i) == second) {
        part.add(cells[i]);
      }
    }
    return part.toArray(new Cell[0]);
  }

  private static float[][] centroids(Cell[] cells) {
    return Arrays.stream(cells).map(Cell::centroid).toArray(float[][]::new);
  }

  int size() {
    return cells.length;
  }

  Cell cell(int i) {
    return cells[i];
  }

  float[] centre() {
    return centre;
  }

  CentroidSketches sketches() {
    return sketches;
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
    return new CellPage(cells, sketches, centre);
  }

  /** Where the cell of this name stands, or -1. */
  int indexOf(long id) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == id) {
        return i;
      }
    }
    return -1;
  }

  /** With another cell in the place of this one. */
  CellPage with(int index, Cell cell) {
    Cell[] other = cells.clone();
    other[index] = cell;
    return cell.centroid() == cells[index].centroid()
        ? new CellPage(other, sketches, centre)
        : changed(other, sketches.with(index, cell.centroid()));
  }

  /** With one more cell: two pages where this one is full. */
  List<CellPage> and(Cell cell) {
    Cell[] more = Arrays.copyOf(cells, cells.length + 1);
    more[cells.length] = cell;
    return more.length > CAPACITY
        ? divided(more)
        : List.of(changed(more, sketches.with(cells.length, cell.centroid())));
  }

  /** With the cells of another page, too. */
  List<CellPage> and(CellPage other) {
    Cell[] all = Arrays.copyOf(cells, cells.length + other.cells.length);
    System.arraycopy(other.cells, 0, all, cells.length, other.cells.length);
    return divided(all);
  }

  /** Of at least two cells. */
  CellPage without(int index) {
    Cell[] rest = new Cell[cells.length - 1];
    System.arraycopy(cells, 0, rest, 0, index);
    System.arraycopy(cells, index + 1, rest, index, rest.length - index);
    return changed(rest, sketches.without(index));
  }

  private static CellPage changed(Cell[] cells, CentroidSketches sketches) {
    return new CellPage(cells, sketches, Centroids.mean(centroids(cells)));
  }
}
