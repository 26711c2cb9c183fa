package dev.freshet.pipeline.ann;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The order in which cells come up. */
class CellQueueTest {
  private static final int PADDED = 64;

  /** Cells of these means along the query, and of these spreads, per component. */
  private static final double[] MEANS = {3, 2, 1, 0};

  private static final double[] SPREADS = {0.1, 0.2, 0.6, 0.9};

  @Test
  void byScoreTheMeanAloneCounts() {
    CellTable table = table(1);
    assertThat(ids(CellQueue.byScore(table, query(1)))).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void byReachAWideCellComesEarlierAndByBestEarlierStill() {
    CellTable table = table(1);
    // Spreads are 0.8, 1.6, 4.8 and 7.2, in the mean 3.6; variances .23, .71, 6.4 and 14.4.
    assertThat(ids(CellQueue.byReach(table, query(1), 0.4f))).containsExactly(1L, 3L, 4L, 2L);
    assertThat(ids(CellQueue.byBest(table, query(1), 0.4f))).containsExactly(4L, 3L, 1L, 2L);
  }

  @Test
  void byBestANarrowCellCountsAsAQuarterOfATypicalOne() {
    CellTable table = table(1);
    float typical = table.spread();
    CellQueue one = CellQueue.byScore(table, query(1));
    assertThat(one.variance(0)).isCloseTo(typical / 16, within(1e-5f));
    CellQueue two = CellQueue.byScore(table, query(2));
    assertThat(two.variance(typical)).isCloseTo(2 * typical, within(1e-4f));
  }

  @ParameterizedTest
  @ValueSource(floats = {0.01f, 1, 100})
  void byBestTheLengthOfVectorsMakesNoDifference(float length) {
    List<Float> keys = keys(CellQueue.byBest(table(1), query(1), 0.4f));
    List<Float> others = keys(CellQueue.byBest(table(length), query(3), 0.4f));
    for (int i = 0; i < keys.size(); i++) {
      assertThat(others.get(i) / (3 * length)).isCloseTo(keys.get(i), within(1e-3f));
    }
  }

  private static List<Long> ids(CellQueue queue) {
    List<Long> ids = new ArrayList<>();
    while (!queue.isEmpty()) {
      ids.add(queue.next().id());
    }
    return ids;
  }

  private static List<Float> keys(CellQueue queue) {
    List<Float> keys = new ArrayList<>();
    while (!queue.isEmpty()) {
      queue.next();
      keys.add(queue.key());
    }
    return keys;
  }

  private static QueryCode query(float length) {
    float[] query = new float[PADDED];
    query[0] = length;
    return new QueryCode(query);
  }

  private static CellTable table(float length) {
    Random random = new Random(10);
    List<Cell> cells = new ArrayList<>();
    for (int c = 0; c < MEANS.length; c++) {
      float[] centroid = new float[PADDED];
      centroid[0] = (float) MEANS[c] * length;
      Cell cell = new Cell(c + 1, centroid, 1);
      float[] vector = Gaussian.vector(random, PADDED, SPREADS[c] * length);
      float norm = (float) Math.sqrt(Kernels.dot(vector, vector));
      for (int d = 0; d < PADDED; d++) {
        vector[d] *= (float) (SPREADS[c] * length * Math.sqrt(PADDED)) / norm;
        vector[d] += centroid[d];
      }
      FilledCells.append(cell, new Version(c, 1), 0, vector);
      cells.add(cell);
    }
    return CellTable.of(cells, 0);
  }
}
