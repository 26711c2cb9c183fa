package dev.freshet.pipeline.ann;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** How many rows are scored by all of their levels: few, whatever is asked. */
class CellSearchTest {
  private static final int DOCUMENTS = 8_000;
  private static final int CELL_ROWS = 128;
  private static final int CLUSTERS = 20;

  private final Random random = new Random(8);

  @Test
  void sketchesPassOverMostRows() {
    assertThat(shareScored(384, 10, CellSearch.EVERYTHING, 0.8f)).isLessThan(0.02);
  }

  @Test
  void alsoOfFewComponents() {
    assertThat(shareScored(64, 10, CellSearch.EVERYTHING, 0.8f)).isLessThan(0.05);
  }

  @Test
  void alsoWhereManyHitsAreWanted() {
    assertThat(shareScored(384, 108, CellSearch.EVERYTHING, 0.8f)).isLessThan(0.1);
  }

  @Test
  void ofWhatAFilterLeavesOutNothingIsScored() {
    assertThat(shareScored(384, 10, document -> document % 500 == 1, 0.8f)).isLessThan(0.01);
  }

  /**
   * @param spread of clusters, of the distances between them
   */
  private double shareScored(int dimensions, int k, IntPredicate accept, float spread) {
    float[][] centres = new float[CLUSTERS][];
    for (int c = 0; c < CLUSTERS; c++) {
      centres[c] = near(new float[dimensions], 1);
    }
    IvfIndex index =
        new IvfIndex(dimensions, new IvfSettings(1_000, CELL_ROWS, 0.95, 1), Runnable::run);
    for (int document = 0; document < DOCUMENTS; document++) {
      index.upsert(document, new float[][] {near(centres[document % CLUSTERS], spread)});
    }
    IvfCells cells = index.trained();
    long rows = 0;
    long scored = 0;
    for (int c = 0; c < CLUSTERS; c++) {
      QueryCode query = new QueryCode(cells.rotation().rotate(near(centres[c], spread)));
      CellSearch search = new CellSearch(query, k, 0, Long.MAX_VALUE - 1, accept, 2);
      search.searchAll(cells.table());
      rows += search.rows();
      scored += search.scored();
    }
    return (double) scored / rows;
  }

  private float[] near(float[] centre, float spread) {
    float[] vector = centre.clone();
    for (int d = 0; d < vector.length; d++) {
      vector[d] += spread * (float) random.nextGaussian();
    }
    return vector;
  }
}
