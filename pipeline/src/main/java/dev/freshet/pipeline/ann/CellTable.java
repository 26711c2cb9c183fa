package dev.freshet.pipeline.ann;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All cells of an index, as they were at one moment. Immutable and thread-safe, but for the rows
 * that the writer appends to cells.
 *
 * <p>Cells of a page are near one another, as rows of a cell are, and pages are kept as cells are:
 * a page that gets too many cells is halved, one with too few joins the nearest.
 *
 * @param pages cells, with their centroids; none is empty
 * @param centres of the pages
 * @param cells how many there are
 * @param since the first change that can be searched here: rows that were dead by then may be
 *     missing
 * @param spread mean of the cells' spreads, as their pages know them
 */
record CellTable(
    List<CellPage> pages, CentroidSketches centres, int cells, long since, float spread) {
  /** A page with fewer than this share of the cells that it could have joins another. */
  private static final int LEAST_SHARE = 8;

  CellTable {
    pages = List.copyOf(pages);
  }

  private CellTable(List<CellPage> pages, CentroidSketches centres, int cells, long since) {
    this(pages, centres, cells, since, (float) (sumOfSpreads(pages) / cells));
  }

  private static double sumOfSpreads(List<CellPage> pages) {
    return pages.stream().mapToDouble(CellPage::sumOfSpreads).sum();
  }

  /**
   * @param cells at least one
   */
  static CellTable of(List<Cell> cells, long since) {
    List<CellPage> pages = CellPage.divided(cells.toArray(new Cell[0]));
    float[][] centres = pages.stream().map(CellPage::centre).toArray(float[][]::new);
    return new CellTable(pages, CentroidSketches.of(centres), cells.size(), since);
  }

  /** With pages that know what their cells have become. */
  CellTable measured() {
    return new CellTable(pages.stream().map(CellPage::measured).toList(), centres, cells, since);
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

  /** With one cell less, of at least two. */
  CellTable without(Cell cell, long change) {
    // A page of one cell is the only one: see LEAST_SHARE.
    int at = pageOf(cell);
    CellPage page = pages.get(at);
    CellPage rest = page.without(page.indexOf(cell.id()));
    CellTable fewer = withPages(at, List.of(rest), cells - 1, change);
    boolean joins = rest.size() * LEAST_SHARE < CellPage.CAPACITY && pages.size() > 1;
    return joins ? fewer.joined(at) : fewer;
  }

  /** With the cells of a page in the nearest other one. */
  private CellTable joined(int at) {
    float[] centre = pages.get(at).centre();
    int nearest = -1;
    float least = Float.POSITIVE_INFINITY;
    for (int i = 0; i < pages.size(); i++) {
      float apart = Kernels.squaredDistance(pages.get(i).centre(), centre);
      if (i != at && (nearest < 0 || apart < least)) {
        nearest = i;
        least = apart;
      }
    }
    return withPages(nearest, pages.get(nearest).and(pages.get(at)), cells, since).withoutPage(at);
  }

  /** With others in the place of this one, which are near it. */
  CellTable with(Cell cell, List<Cell> others, long change) {
    int at = pageOf(cell);
    CellPage page = pages.get(at);
    List<CellPage> changed = List.of(page.with(page.indexOf(cell.id()), others.get(0)));
    CellTable table = withPages(at, changed, cells, change);
    for (Cell added : others.subList(1, others.size())) {
      table = table.withPages(at, table.pages.get(at).and(added), table.cells + 1, change);
    }
    return table;
  }

  /** The first of these in the place of a page, and others behind the last. */
  private CellTable withPages(int at, List<CellPage> changed, int count, long change) {
    CellPage first = changed.get(0);
    List<CellPage> all = new ArrayList<>(pages);
    all.set(at, first);
    boolean same = first.centre() == pages.get(at).centre();
    CentroidSketches known = same ? centres : centres.with(at, first.centre());
    for (CellPage added : changed.subList(1, changed.size())) {
      known = known.with(all.size(), added.centre());
      all.add(added);
    }
    return new CellTable(all, known, count, change);
  }

  private CellTable withoutPage(int at) {
    List<CellPage> rest = new ArrayList<>(pages);
    rest.remove(at);
    return new CellTable(rest, centres.without(at), cells, since);
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
    long bytes = centres.memoryBytes();
    for (CellPage page : pages) {
      bytes += page.sketches().memoryBytes() + (long) page.centre().length * Float.BYTES;
      for (int i = 0; i < page.size(); i++) {
        bytes += page.cell(i).memoryBytes();
      }
    }
    return bytes;
  }
}
