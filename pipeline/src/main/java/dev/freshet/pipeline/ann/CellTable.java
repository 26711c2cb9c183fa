package dev.freshet.pipeline.ann;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All cells of an index, as they were at one moment. Immutable and thread-safe, but for the rows
 * that the writer appends to cells.
 *
 * @param pages cells, with their centroids; none is empty
 * @param cells how many there are
 * @param since the first change that can be searched here: rows that were dead by then may be
 *     missing
 * @param spread mean of the cells' spreads, as their pages know them; 0 where there is no cell
 */
record CellTable(List<CellPage> pages, int cells, long since, float spread) {
  CellTable {
    pages = List.copyOf(pages);
  }

  private CellTable(List<CellPage> pages, int cells, long since) {
    this(pages, cells, since, cells == 0 ? 0 : (float) (sumOfSpreads(pages) / cells));
  }

  private static double sumOfSpreads(List<CellPage> pages) {
    return pages.stream().mapToDouble(CellPage::sumOfSpreads).sum();
  }

  static CellTable of(List<Cell> cells, long since) {
    List<CellPage> pages = new ArrayList<>();
    for (int from = 0; from < cells.size(); from += CellPage.CAPACITY) {
      int to = Math.min(cells.size(), from + CellPage.CAPACITY);
      pages.add(CellPage.of(cells.subList(from, to).toArray(new Cell[0])));
    }
    return new CellTable(pages, cells.size(), since);
  }

  /** With pages that know what their cells have become. */
  CellTable measured() {
    return new CellTable(pages.stream().map(CellPage::measured).toList(), cells, since);
  }

  /** One of the cells, in no order that means anything. */
  Cell at(int index) {
    int left = index;
    for (CellPage page : pages) {
      if (left < page.size()) {
        return page.cell(left);
      }
      left -= page.size();
    }
    throw new IndexOutOfBoundsException("cell " + index + " of " + cells);
  }

  /** Slots are those of all pages, one after the other, as if all were full. */
  int slots() {
    return pages.size() * CellPage.CAPACITY;
  }

  /** The cell of a slot that has one. */
  Cell inSlot(int slot) {
    return pages.get(slot / CellPage.CAPACITY).cell(slot % CellPage.CAPACITY);
  }

  /**
   * By slot how near each cell is to a vector at most, but for one in so many as the slack leaves:
   * see {@link Cell#closeness}. Where there is no cell, none is less near.
   *
   * @param slack standard deviations to allow
   */
  float[] closeness(QueryCode query, float slack) {
    float[] bounds = new float[slots()];
    short[] sums = new short[Kernels.SUMS];
    for (int p = 0; p < pages.size(); p++) {
      pages.get(p).closeness(query, slack, sums, bounds, p * CellPage.CAPACITY);
    }
    return bounds;
  }

  void forEach(Consumer<Cell> visitor) {
    for (CellPage page : pages) {
      for (int i = 0; i < page.size(); i++) {
        visitor.accept(page.cell(i));
      }
    }
  }

  /** The cell of this name as it is now, null where it has been split or merged. */
  @Nullable Cell find(long id) {
    for (CellPage page : pages) {
      int index = page.indexOf(id);
      if (index >= 0) {
        return page.cell(index);
      }
    }
    return null;
  }

  /** With one cell less. */
  CellTable without(Cell cell, long change) {
    List<CellPage> other = new ArrayList<>(pages);
    int page = pageOf(cell);
    CellPage old = other.get(page);
    if (old.size() == 1) {
      other.remove(page);
    } else {
      other.set(page, old.without(old.indexOf(cell.id())));
    }
    return new CellTable(other, cells - 1, change);
  }

  /** With others in the place of this one: the first of them, and further ones at the end. */
  CellTable with(Cell cell, List<Cell> others, long change) {
    List<CellPage> other = new ArrayList<>(pages);
    int page = pageOf(cell);
    CellPage old = other.get(page);
    int index = old.indexOf(cell.id());
    Cell first = others.get(0);
    other.set(
        page,
        first.centroid() == cell.centroid()
            ? old.withSameCentroid(index, first)
            : old.with(index, first));
    for (Cell added : others.subList(1, others.size())) {
      int last = other.size() - 1;
      if (other.get(last).size() < CellPage.CAPACITY) {
        other.set(last, other.get(last).and(added));
      } else {
        other.add(CellPage.of(new Cell[] {added}));
      }
    }
    return new CellTable(other, cells + others.size() - 1, change);
  }

  private int pageOf(Cell cell) {
    for (int i = 0; i < pages.size(); i++) {
      if (pages.get(i).indexOf(cell.id()) >= 0) {
        return i;
      }
    }
    throw new IllegalStateException("cell " + cell.id() + " is not in the table");
  }

  long memoryBytes() {
    long bytes = 0;
    for (CellPage page : pages) {
      bytes += page.sketches().memoryBytes();
      for (int i = 0; i < page.size(); i++) {
        bytes += page.cell(i).memoryBytes();
      }
    }
    return bytes;
  }
}
