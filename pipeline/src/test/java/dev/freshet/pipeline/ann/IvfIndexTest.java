package dev.freshet.pipeline.ann;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Recall against the exact scan of the same vectors, as the index is filled and as data drifts. */
class IvfIndexTest {
  private static final int DIMENSIONS = 64;
  private static final int CLUSTERS = 60;
  private static final int DOCUMENTS = 12_000;
  private static final int QUERIES = 100;
  private static final int K = 10;

  private final Random random = new Random(11);
  private final float[][] centres = new float[2 * CLUSTERS][];
  private final ExactIndex exact = new ExactIndex(DIMENSIONS, 1);
  private final IvfIndex index =
      new IvfIndex(DIMENSIONS, new IvfSettings(2_000, 128, 0.95, 3), Runnable::run);

  @BeforeEach
  void fill() {
    for (int i = 0; i < centres.length; i++) {
      centres[i] = Gaussian.vector(random, DIMENSIONS, 1);
    }
    for (int document = 0; document < DOCUMENTS; document++) {
      put(document, 0);
    }
  }

  @Test
  void findsTheShareThatIsAskedForWithoutLookingAtEverything() {
    assertThat(index.hasCells()).isTrue();
    assertThat(recall(K, CellSearch.EVERYTHING, 0.95, 0)).isGreaterThan(0.93);
    // Levels of 8 bits confuse neighbours that score alike, however many cells are looked at.
    double most = recall(K, CellSearch.EVERYTHING, 1, 0);
    assertThat(most).isGreaterThan(0.97);
    assertThat(recall(K, CellSearch.EVERYTHING, 0.99, 0)).isGreaterThan(0.98 * most);
    assertThat(recall(100, CellSearch.EVERYTHING, 0.95, 0)).isGreaterThan(0.93);
    assertThat(shareOfRows(0.95)).isLessThan(0.35);
  }

  @Test
  void lessRecallIsLessWork() {
    assertThat(shareOfRows(0.5)).isLessThan(0.8 * shareOfRows(0.95));
    assertThat(recall(K, CellSearch.EVERYTHING, 0.5, 0)).isBetween(0.4, 0.9);
  }

  @Test
  void aFilterCostsNoRecall() {
    for (int modulus : new int[] {2, 10, 100, 1_000}) {
      assertThat(recall(K, document -> document % modulus == 1, 0.95, 0))
          .as("one in %d", modulus)
          .isGreaterThan(0.93);
    }
    // What a filter leaves may be far from the query.
    IntPredicate far = document -> document % CLUSTERS == 7;
    assertThat(recall(K, far, 0.95, 0)).isGreaterThan(0.93);
  }

  @Test
  void driftCostsNoRecallAndNoMemory() {
    long before = index.memoryBytes();
    for (int i = 0; i < 2 * DOCUMENTS; i++) {
      int document = random.nextInt(DOCUMENTS);
      if (i % 10 == 0) {
        index.remove(document);
        exact.remove(document);
      } else {
        put(document, CLUSTERS);
      }
    }
    assertThat(index.documents()).isEqualTo(exact.documents());
    assertThat(recall(K, CellSearch.EVERYTHING, 0.95, CLUSTERS)).isGreaterThan(0.93);
    assertThat(shareOfRows(0.95)).isLessThan(0.4);
    assertThat(index.memoryBytes()).isLessThan(before * 5 / 4);
  }

  /**
   * What searches order cells by is as of when a page was made: no page is so old that it is off.
   */
  @Test
  void pagesKnowTheSpreadsOfTheirCells() {
    IvfIndex justTrained =
        new IvfIndex(DIMENSIONS, new IvfSettings(2_000, 128, 0.95, 3), Runnable::run);
    for (int document = 0; !justTrained.hasCells(); document++) {
      justTrained.upsert(document, new float[][] {near(document % CLUSTERS)});
    }
    assertThat(mostOffSpread(justTrained)).isLessThan(0.2);
    assertThat(mostOffSpread(index)).isLessThan(0.2);
    for (int i = 0; i < DOCUMENTS; i++) {
      put(random.nextInt(DOCUMENTS), CLUSTERS);
    }
    assertThat(mostOffSpread(index)).isLessThan(0.2);
  }

  @Test
  void pagesKnowTheSpreadsOfTheirCellsAfterARestore() {
    IvfRestore restore =
        new IvfRestore(
            DIMENSIONS,
            new IvfSettings(2_000, 128, 0.95, 3),
            index.snapshot(document -> document + 1L),
            Runnable::run);
    exact.forEach(
        (document, vectors) -> restore.add(document, document + 1L, index.encode(vectors)));
    IvfIndex restored = restore.finish();
    assertThat(restored.documents()).isEqualTo(DOCUMENTS);
    assertThat(mostOffSpread(restored)).isLessThan(0.2);
  }

  private static double mostOffSpread(IvfIndex of) {
    double most = 0;
    for (CellPage page : of.trained().table().pages()) {
      for (int i = 0; i < page.size(); i++) {
        most = Math.max(most, Math.abs(page.spread(i) / page.cell(i).spread() - 1));
      }
    }
    return most;
  }

  /** No centroid tells them apart, so cells that are split must be divided by count. */
  @Test
  void vectorsThatAreAllTheSameFillCellsAsOthersDo() {
    float[] same = near(3);
    for (int document = DOCUMENTS; document < 2 * DOCUMENTS; document++) {
      index.upsert(document, new float[][] {same});
    }
    CellTable table = index.trained().table();
    table.forEach(cell -> assertThat(cell.rows().published()).isBetween(1, 2 * 128));
    assertThat(table.cells()).isBetween(2 * DOCUMENTS / 128, 8 * DOCUMENTS / 128);
    assertThat(index.search(same, K, document -> document >= DOCUMENTS)).hasSize(K);
  }

  @Test
  void cellsAreOfLikeSizeAndGoWhenTheyAreEmpty() {
    CellTable table = index.trained().table();
    table.forEach(cell -> assertThat(cell.rows().published()).isLessThanOrEqualTo(2 * 128));
    assertThat(table.cells()).isBetween(DOCUMENTS / 128, 4 * DOCUMENTS / 128);
    for (int document = 0; document < DOCUMENTS; document++) {
      index.remove(document);
    }
    assertThat(index.documents()).isZero();
    assertThat(index.trained().table().cells()).isLessThan(20);
    assertThat(index.search(centres[0], K, CellSearch.EVERYTHING)).isEmpty();
    index.upsert(5, new float[][] {centres[0]});
    assertThat(index.search(centres[0], K, CellSearch.EVERYTHING))
        .extracting(ScoredPassage::document)
        .containsExactly(5);
  }

  private void put(int document, int fromCluster) {
    float[] vector = near(fromCluster + document % CLUSTERS);
    index.upsert(document, new float[][] {vector});
    exact.upsert(document, new float[][] {vector});
  }

  private float[] near(int cluster) {
    float[] vector = Gaussian.vector(random, DIMENSIONS, 0.8);
    for (int d = 0; d < DIMENSIONS; d++) {
      vector[d] += centres[cluster][d];
    }
    return normalised(vector);
  }

  private static float[] normalised(float[] vector) {
    double squares = 0;
    for (float component : vector) {
      squares += component * component;
    }
    for (int d = 0; d < vector.length; d++) {
      vector[d] /= (float) Math.sqrt(squares);
    }
    return vector;
  }

  private double recall(int k, IntPredicate accept, double target, int fromCluster) {
    int found = 0;
    int all = 0;
    for (int i = 0; i < QUERIES; i++) {
      float[] query = near(fromCluster + i % CLUSTERS);
      Set<Integer> truth = new HashSet<>();
      exact.search(query, k, accept).forEach(hit -> truth.add(hit.document()));
      List<ScoredPassage> hits = index.search(query, k, accept, target);
      found += (int) hits.stream().filter(hit -> truth.contains(hit.document())).count();
      all += truth.size();
    }
    assertThat(all).isPositive();
    return (double) found / all;
  }

  @Test
  void onlyWhatLevelsCannotTellFollowsTheNearest() {
    int spare = 30;
    int followed = 0;
    for (int i = 0; i < QUERIES; i++) {
      float[] query = near(i % CLUSTERS);
      List<ScoredPassage> hits = index.search(query, K, spare, 1);
      assertThat(hits.subList(0, K)).isEqualTo(index.search(query, K, 1));
      // Of 8 bits a score of unit vectors is off by thousandths.
      assertThat(hits.get(hits.size() - 1).score()).isGreaterThan(hits.get(K - 1).score() - 0.05f);
      followed += hits.size() - K;
    }
    assertThat(followed).isPositive().isLessThan(QUERIES * spare / 2);
  }

  private double shareOfRows(double target) {
    IvfCells cells = index.trained();
    long rows = 0;
    for (int i = 0; i < QUERIES; i++) {
      QueryCode query = new QueryCode(cells.rotation().rotate(near(i % CLUSTERS)));
      Calibration measured = cells.calibration();
      CellSearch search =
          new CellSearch(
              query, K, 0, Long.MAX_VALUE - 1, CellSearch.EVERYTHING, measured.slack(target));
      search.search(cells.table(), measured.width(target));
      rows += search.rows();
    }
    return (double) rows / QUERIES / index.passages();
  }
}
