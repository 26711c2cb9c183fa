package dev.freshet.pipeline.ann;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Held against all centroids, in clusters that overlap; more cells than two pages have. */
class NearestCellTest {
  private static final int PADDED = 128;
  private static final int CELLS = 3 * CellPage.CAPACITY + 5;
  private static final int GONE = 40;
  private static final int VECTORS = 3_000;

  private final Random random = new Random(5);
  private final CellTable table = table();

  /** Pages are full where cells were split, and not where some were merged. */
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

  private Cell nearest(float[] vector) {
    Cell nearest = table.at(0);
    for (int i = 1; i < CELLS; i++) {
      Cell cell = table.at(i);
      if (cell.closeness(vector) > nearest.closeness(vector)) {
        nearest = cell;
      }
    }
    return nearest;
  }

  @Test
  void isMissedOnceInAHundredAtMost() {
    int missed = 0;
    for (int i = 0; i < VECTORS; i++) {
      float[] vector = between();
      NearestCell found = NearestCell.of(table, vector);
      assertThat(found.near()).isEqualTo(found.cell().closeness(vector));
      missed += found.cell() == nearest(vector) ? 0 : 1;
    }
    assertThat(missed).isLessThan(VECTORS / 100);
  }

  /** A bound that lets everything pass would find the nearest too. */
  @Test
  void mostCentroidsAreSiftedByTheirSketches() {
    int kept = 0;
    for (int i = 0; i < 100; i++) {
      float[] vector = between();
      float most = nearest(vector).closeness(vector);
      for (float bound : table.closeness(new QueryCode(vector), 3)) {
        kept += bound > most ? 1 : 0;
      }
    }
    assertThat(kept).isBetween(100, 100 * CELLS / 4);
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
    for (int id = 0; id < 3; id++) {
      cells.add(new Cell(id, Gaussian.vector(random, PADDED, 1e25), 32));
    }
    CellTable huge = CellTable.of(cells, 0);
    for (double length : new double[] {0, 1, 1e25, 1e37}) {
      float[] vector = Gaussian.vector(random, PADDED, length);
      assertThat(cells).contains(NearestCell.of(huge, vector).cell());
    }
  }
}
