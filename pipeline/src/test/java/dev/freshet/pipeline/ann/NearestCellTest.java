package dev.freshet.pipeline.ann;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Held against all centroids, in clusters that overlap; more cells than a page has. */
class NearestCellTest {
  private static final int PADDED = 128;
  private static final int CELLS = 3 * CellPage.CAPACITY + 5;
  private static final int VECTORS = 3_000;

  private final Random random = new Random(5);
  private final CellTable table = table();

  private CellTable table() {
    List<Cell> cells = new ArrayList<>();
    for (int id = 0; id < CELLS; id++) {
      cells.add(new Cell(id, Gaussian.vector(random, PADDED, 1), 32));
    }
    return CellTable.of(cells, 0);
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
}
