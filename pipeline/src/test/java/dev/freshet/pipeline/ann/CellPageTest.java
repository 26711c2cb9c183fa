package dev.freshet.pipeline.ann;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sketches stay with their cells, whatever becomes of a page. */
class CellPageTest {
  private static final int PADDED = 64;

  /** Compiled code may add in another order than what ran before it. */
  private static final float ROUNDING = 1e-3f;

  private final Random random = new Random(2);
  private final Cell[] cells = new Cell[9];

  CellPageTest() {
    Arrays.setAll(cells, this::cell);
  }

  private Cell cell(int id) {
    return new Cell(id, Gaussian.vector(random, PADDED), 32);
  }

  @Test
  void aPageThatIsChangedIsLikeOneOfItsCells() {
    CellPage page = CellPage.of(cells);
    Cell added = cell(20);
    Cell[] replaced = cells.clone();
    replaced[4] = added;
    assertSame(page.with(4, added), replaced);
    Cell[] more = Arrays.copyOf(cells, 10);
    more[9] = added;
    assertThat(page.and(added)).singleElement().satisfies(one -> assertSame(one, more));
    assertSame(page.without(0), Arrays.copyOfRange(cells, 1, 9));
    assertSame(page.without(8), Arrays.copyOf(cells, 8));
    Cell[] fewer = Arrays.copyOf(cells, 8);
    System.arraycopy(cells, 4, fewer, 3, 5);
    assertSame(page.without(3), fewer);
  }

  @Test
  void theSameCentroidKeepsSketchesAndCentre() {
    CellPage page = CellPage.of(cells);
    CellPage other = page.with(4, cells[4].without(new long[1]));
    assertThat(other.sketches()).isSameAs(page.sketches());
    assertThat(other.centre()).isSameAs(page.centre());
    assertThat(other.cell(4)).isNotSameAs(cells[4]);
  }

  @Test
  void aFullPageIsHalvedAndThoseThatAreNearStayTogether() {
    Cell[] full = new Cell[CellPage.CAPACITY];
    Arrays.setAll(full, id -> cellAt(id, id % 2 == 0 ? 3 : -3));
    List<CellPage> halves = CellPage.of(full).and(cellAt(100, 3));
    assertThat(halves).extracting(CellPage::size).containsExactlyInAnyOrder(32, 33);
    for (CellPage half : halves) {
      float side = half.cell(0).centroid()[0];
      for (int i = 0; i < half.size(); i++) {
        assertThat(half.cell(i).centroid()[0] * side).isPositive();
      }
    }
  }

  /** At this place of the first axis, near enough. */
  private Cell cellAt(int id, float place) {
    float[] centroid = Gaussian.vector(random, PADDED, 1);
    centroid[0] = place;
    return new Cell(id, centroid, 32);
  }

  @Test
  void aPageThatIsMeasuredKnowsWhatItsCellsHaveBecome() {
    CellPage page = CellPage.of(cells);
    float[] vector = cell(0).centroid();
    FilledCells.append(cells[3], new Version(1, 1), 0, vector);
    assertThat(page.spread(3)).isZero();
    CellPage measured = page.measured();
    assertThat(measured.spread(3)).isEqualTo(cells[3].spread()).isPositive();
    assertSame(measured, cells);
  }

  private void assertSame(CellPage page, Cell[] expected) {
    assertThat(page.size()).isEqualTo(expected.length);
    QueryCode query = new QueryCode(cell(0).centroid());
    assertThat(bounds(page, query))
        .containsExactly(bounds(CellPage.of(expected), query), within(ROUNDING));
    assertThat(page.centre()).isEqualTo(CellPage.of(expected).centre());
    for (int i = 0; i < expected.length; i++) {
      assertThat(page.cell(i)).isSameAs(expected[i]);
      assertThat(page.sketches().halfSquares(i))
          .isCloseTo(halfSquares(expected[i]), within(ROUNDING));
    }
  }

  private static float halfSquares(Cell cell) {
    return Kernels.dot(cell.centroid(), cell.centroid()) / 2;
  }

  private static float[] bounds(CellPage page, QueryCode query) {
    float[] bounds = new float[Kernels.wholeGroups(page.size())];
    page.sketches().closeness(query, 2, new short[Kernels.SUMS], bounds, 0);
    assertThat(Arrays.copyOfRange(bounds, page.size(), bounds.length))
        .containsOnly(Float.NEGATIVE_INFINITY);
    return Arrays.copyOf(bounds, page.size());
  }
}
