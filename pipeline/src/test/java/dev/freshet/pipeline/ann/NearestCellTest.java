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
      if (closeness(cell, vector) > closeness(nearest, vector)) {
        nearest = cell;
      }
    }
    return nearest;
  }

  private static float closeness(Cell cell, float[] vector) {
    return cell.closeness(Kernels.dot(vector, cell.centroid()));
  }

  @Test
  void isMissedOnceInAHundredAtMost() {
    int missed = 0;
    for (int i = 0; i < VECTORS; i++) {
      float[] vector = between();
      Cell found = NearestCell.of(table, vector);
      missed += found == nearest(vector) ? 0 : 1;
    }
    assertThat(missed).isLessThan(VECTORS / 100);
  }

  /** A bound that lets everything pass would find the nearest too. */
  @Test
  void mostCentroidsAreSiftedByTheirSketches() {
    int kept = 0;
    short[] sums = new short[CellPage.CAPACITY];
    float[] bounds = new float[CellPage.CAPACITY];
    for (int i = 0; i < 100; i++) {
      float[] vector = between();
      float most = closeness(nearest(vector), vector);
      for (CellPage page : table.pages()) {
        page.sketches().bound(new QueryCode(vector), 3, 0, page.size(), sums, bounds, 0);
        for (int j = 0; j < page.size(); j++) {
          kept += bounds[j] - page.cell(j).halfSquares() > most ? 1 : 0;
        }
      }
    }
    assertThat(kept).isBetween(100, 100 * CELLS / 4);
  }

  @Test
  void theOnlyCellIsNearestToEverything() {
    CellTable one = CellTable.of(List.of(new Cell(1, new float[PADDED], 32)), 0);
    for (float[] vector : List.of(new float[PADDED], Gaussian.vector(random, PADDED, 1))) {
      assertThat(NearestCell.of(one, vector).id()).isEqualTo(1);
    }
  }
}
