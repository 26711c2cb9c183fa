package dev.freshet.pipeline.ann;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Held against all centroids. */
class NearestCellTest {
  private static final int PADDED = 128;

  /** Compiled code may add in another order than what ran before it. */
  private static final float ROUNDING = 1e-3f;

  private static final int CELLS = 3 * CellPage.CAPACITY + 5;
  private static final int GONE = 40;
  private static final int VECTORS = 3_000;

  private final Random random = new Random(5);
  private final CellTable table = table();

  /** Of which some have gone. */
  private CellTable table() {
    List<Cell> cells = new ArrayList<>();
    for (int id = 0; id < CELLS + GONE; id++) {
      cells.add(new Cell(id, Gaussian.vector(random, PADDED, 1), 32));
    }
    CellTable table = CellTable.of(cells, 0);
    for (int id = 10; id < 10 + GONE; id++) {
      table = table.without(cells.get(id), 0);
    }
    return table;
  }

  /** Between two centroids, and noise that is as large as their distance. */
  private float[] between() {
    float[] one = table.at(random.nextInt(CELLS)).centroid();
    float[] other = table.at(random.nextInt(CELLS)).centroid();
    float weight = random.nextFloat();
    float[] vector = Gaussian.vector(random, PADDED, 1);
    for (int d = 0; d < PADDED; d++) {
      vector[d] += weight * one[d] + (1 - weight) * other[d];
    }
    return vector;
  }

  private static Cell nearest(CellTable table, float[] vector) {
    List<Cell> all = new ArrayList<>();
    table.forEach(all::add);
    return Collections.max(all, Comparator.comparingDouble(cell -> cell.closeness(vector)));
  }

  @Test
  void isMissedOnceInAHundredAtMost() {
    int missed = 0;
    for (int i = 0; i < VECTORS; i++) {
      float[] vector = between();
      NearestCell found = NearestCell.of(table, vector);
      assertThat(found.near()).isCloseTo(found.cell().closeness(vector), within(ROUNDING));
      missed += found.cell() == nearest(table, vector) ? 0 : 1;
    }
    assertThat(missed).isLessThan(VECTORS / 100);
  }

  /** As texts are: some pages are about a topic, and most are about others. */
  @Test
  void isSeldomMissedWhereMostPagesAreNotLookedAt() {
    float[][] topics = new float[30][];
    Arrays.setAll(topics, i -> Gaussian.vector(random, PADDED, 1));
    List<Cell> cells = new ArrayList<>();
    for (int id = 0; id < 6_000; id++) {
      cells.add(new Cell(id, around(topics[id % topics.length]), 32));
    }
    CellTable many = CellTable.of(cells, 0);
    int vectors = 300;
    int missed = 0;
    int looked = 0;
    for (int i = 0; i < vectors; i++) {
      float[] vector = around(topics[random.nextInt(topics.length)]);
      missed += NearestCell.of(many, vector).cell() == nearest(many, vector) ? 0 : 1;
      looked += NearestCell.near(many, new QueryCode(vector), new short[Kernels.SUMS]).length;
    }
    assertThat(missed).isLessThan(vectors / 20);
    assertThat(looked / (double) vectors).isLessThan(many.pages().size() / 10.0);
  }

  private float[] around(float[] centre) {
    float[] vector = Gaussian.vector(random, PADDED, 0.6);
    for (int d = 0; d < PADDED; d++) {
      vector[d] += centre[d];
    }
    return vector;
  }

  /** A bound that lets everything pass would find the nearest too. */
  @Test
  void mostCentroidsAreSiftedByTheirSketches() {
    int kept = 0;
    for (int i = 0; i < 100; i++) {
      float[] vector = between();
      float most = nearest(table, vector).closeness(vector);
      float[] bounds = new float[CellPage.CAPACITY];
      for (CellPage page : table.pages()) {
        page.sketches()
            .closeness(
                new QueryCode(vector), NearestCell.SLACK, new short[Kernels.SUMS], bounds, 0);
        for (int cell = 0; cell < page.size(); cell++) {
          kept += bounds[cell] > most ? 1 : 0;
        }
      }
    }
    assertThat(kept).isBetween(80, 100 * CELLS / 8);
  }

  @Test
  void theOnlyCellIsNearestToEverything() {
    CellTable one = CellTable.of(List.of(new Cell(1, new float[PADDED], 32)), 0);
    for (float[] vector : List.of(new float[PADDED], Gaussian.vector(random, PADDED, 1))) {
      assertThat(NearestCell.of(one, vector).cell().id()).isEqualTo(1);
    }
  }

  /**
   * Squares of such centroids are beyond what floats hold: all are equally far, and one is found.
   */
  @Test
  void aCellIsFoundHoweverLargeTheVectorsAre() {
    List<Cell> cells = new ArrayList<>();
    for (int id = 0; id < 1_000; id++) {
      cells.add(new Cell(id, Gaussian.vector(random, PADDED, 1e25), 32));
    }
    CellTable huge = CellTable.of(cells, 0);
    for (double length : new double[] {0, 1, 1e25, 1e37}) {
      float[] vector = Gaussian.vector(random, PADDED, length);
      assertThat(cells).contains(NearestCell.of(huge, vector).cell());
    }
  }
}
