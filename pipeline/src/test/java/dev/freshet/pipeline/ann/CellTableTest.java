package dev.freshet.pipeline.ann;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whatever cells come and go, pages hold them all once, and the table knows where pages are. */
class CellTableTest {
  private static final int PADDED = 64;

  /** Compiled code may add in another order than what ran before it. */
  private static final float ROUNDING = 1e-3f;

  private final Random random = new Random(4);
  private final List<Cell> cells = new ArrayList<>();
  private CellTable table = table(20);

  private CellTable table(int count) {
    for (int id = 0; id < count; id++) {
      cells.add(cell(id));
    }
    return CellTable.of(cells, 0);
  }

  private Cell cell(int id) {
    return new Cell(id, Gaussian.vector(random, PADDED, 1), 32);
  }

  @Test
  void holdsWhatIsSplitAndWhatIsMerged() {
    for (int id = 20; id < 1_000; id += 2) {
      Cell old = cells.remove(random.nextInt(cells.size()));
      List<Cell> halves = List.of(cell(id), cell(id + 1));
      table = table.with(old, halves, id);
      cells.addAll(halves);
      assertThat(table.since()).isEqualTo(id);
    }
    assertWhole();
    assertThat(table.pages().size())
        .isBetween(510 / CellPage.CAPACITY, 4 * 510 / CellPage.CAPACITY);
    Collections.shuffle(cells, random);
    while (cells.size() > 1) {
      table = table.without(cells.remove(0), 2_000);
      if (cells.size() % 50 == 0) {
        assertWhole();
      }
    }
    assertWhole();
    assertThat(table.pages()).hasSize(1);
  }

  /** The index shrinks, and what is near must not lie in more pages than before. */
  @Test
  void pagesThatHaveBecomeSmallJoin() {
    cells.clear();
    table = table(2_000);
    Collections.shuffle(cells, random);
    while (cells.size() > 200) {
      table = table.without(cells.remove(0), 1);
    }
    assertWhole();
    assertThat(table.pages()).hasSizeLessThan(25).allMatch(page -> page.size() >= 8);
  }

  private void assertWhole() {
    Set<Cell> there = new HashSet<>();
    table.forEach(cell -> assertThat(there.add(cell)).isTrue());
    assertThat(there).containsExactlyInAnyOrderElementsOf(cells);
    assertThat(table.cells()).isEqualTo(cells.size());
    cells.forEach(cell -> assertThat(table.find(cell.id())).isSameAs(cell));
    QueryCode query = new QueryCode(Gaussian.vector(random, PADDED, 1));
    List<float[]> centres = new ArrayList<>();
    for (CellPage page : table.pages()) {
      assertThat(page.size()).isBetween(1, CellPage.CAPACITY);
      float[][] centroids = new float[page.size()][];
      Arrays.setAll(centroids, i -> page.cell(i).centroid());
      assertThat(page.centre()).isEqualTo(Centroids.mean(centroids));
      centres.add(page.centre());
    }
    assertThat(closeness(table.centres(), query))
        .containsExactly(
            closeness(CentroidSketches.of(centres.toArray(new float[0][])), query),
            within(ROUNDING));
  }

  private float[] closeness(CentroidSketches of, QueryCode query) {
    float[] bounds = new float[Kernels.wholeGroups(table.pages().size())];
    of.closeness(query, 1, new short[Kernels.SUMS], bounds, 0);
    return Arrays.copyOf(bounds, table.pages().size());
  }
}
