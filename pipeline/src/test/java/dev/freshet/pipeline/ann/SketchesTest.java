package dev.freshet.pipeline.ann;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Held against the vectors, row by row; the last group is not full. */
class SketchesTest {
  private static final int ROWS = 3 * Kernels.GROUP - 5;

  private final Random random = new Random(4);

  private float[][] vectors(int padded) {
    float[][] vectors = new float[ROWS][];
    Arrays.setAll(vectors, row -> Gaussian.vector(random, padded));
    return vectors;
  }

  private static Sketches sketches(float[][] vectors, int capacity) {
    Sketches sketches = new Sketches(capacity, vectors[0].length);
    for (int row = 0; row < vectors.length; row++) {
      sketches.set(row, vectors[row], new float[vectors[row].length]);
    }
    return sketches;
  }

  private static float[] bounds(
      Sketches sketches, QueryCode query, float slack, int first, int count) {
    int room = count + Kernels.GROUP;
    float[] bounds = new float[room];
    sketches.bound(query, slack, first, count, new short[Kernels.SUMS], bounds, 0);
    return Arrays.copyOf(bounds, count);
  }

  /** Deviations of all rows and many queries, in units of what is said of them. */
  @ParameterizedTest
  @ValueSource(ints = {64, 128, 384, 2_048, 4_096})
  void estimatesAreOffByAsMuchAsIsSaidAndNotToOneSide(int padded) {
    float[][] vectors = vectors(padded);
    Sketches sketches = sketches(vectors, ROWS);
    double sum = 0;
    double squares = 0;
    int queries = 200;
    for (int i = 0; i < queries; i++) {
      QueryCode query = new QueryCode(Gaussian.vector(random, padded));
      float[] estimates = bounds(sketches, query, 0, 0, ROWS);
      for (int row = 0; row < ROWS; row++) {
        double off = estimates[row] - Kernels.dot(vectors[row], query.vector());
        double deviations = off / (sketches.error(row) * query.norm());
        sum += deviations;
        squares += deviations * deviations;
      }
    }
    assertThat(Math.sqrt(squares / queries / ROWS)).isBetween(0.96, 1.04);
    assertThat(sum / queries / ROWS).isBetween(-0.1, 0.1);
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 384})
  void slackIsAddedInStandardDeviations(int padded) {
    Sketches sketches = sketches(vectors(padded), ROWS);
    QueryCode query = new QueryCode(Gaussian.vector(random, padded));
    float[] without = bounds(sketches, query, 0, 0, ROWS);
    float[] with = bounds(sketches, query, 2.5f, 0, ROWS);
    for (int row = 0; row < ROWS; row++) {
      float deviation = sketches.error(row) * query.norm();
      assertThat(with[row] - without[row]).isCloseTo(2.5f * deviation, within(0.01f * deviation));
    }
  }

  /**
   * The largest sums that there can be: nothing overflows. Equal components round alike, by an
   * eighth where there are 4,096.
   */
  @ParameterizedTest
  @ValueSource(ints = {64, 384, 1_024, 4_096})
  void aQueryAndARowOfOneDirectionAreNear(int padded) {
    float[] mixed = new float[padded];
    float[] negative = new float[padded];
    for (int d = 0; d < padded; d++) {
      mixed[d] = random.nextBoolean() ? 1 : -1;
      negative[d] = -1;
    }
    float[] positive = new float[padded];
    Arrays.fill(positive, 1);
    for (float[] along : List.of(mixed, negative, positive)) {
      float[] against = new float[padded];
      for (int d = 0; d < padded; d++) {
        against[d] = -along[d];
      }
      Sketches row = sketches(new float[][] {along}, 1);
      assertThat(bounds(row, new QueryCode(along), 0, 0, 1)[0])
          .isCloseTo(padded, within(0.15f * padded));
      assertThat(bounds(row, new QueryCode(against), 0, 0, 1)[0])
          .isCloseTo(-padded, within(0.15f * padded));
    }
  }

  /** What its steps are divided by is more than a float holds, once it is multiplied. */
  @Test
  void aQueryNextToNothingIsBoundAsOthersAre() {
    float[] row = new float[64];
    float[] query = new float[row.length];
    for (int d = 0; d < row.length; d += 2) {
      row[d] = random.nextBoolean() ? 1 : -1;
      query[d] = 1e-36f * row[d];
    }
    float bound = bounds(sketches(new float[][] {row}, 1), new QueryCode(query), 0, 0, 1)[0];
    assertThat(bound).isCloseTo(32e-36f, within(3e-36f));
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 384})
  void rowsAreBoundWhereverOneBeginsAndCopiesLikewise(int padded) {
    Sketches sketches = sketches(vectors(padded), ROWS);
    QueryCode query = new QueryCode(Gaussian.vector(random, padded));
    float[] all = bounds(sketches, query, 2, 0, ROWS);
    int rest = ROWS - Kernels.GROUP;
    assertThat(bounds(sketches, query, 2, Kernels.GROUP, rest))
        .containsExactly(Arrays.copyOfRange(all, Kernels.GROUP, ROWS));
    Sketches copies = new Sketches(2 * ROWS, padded);
    copies.copy(sketches, 7, ROWS - 7, ROWS);
    int first = ROWS / Kernels.GROUP * Kernels.GROUP;
    assertThat(bounds(copies, query, 2, first, 2 * ROWS - 7 - first))
        .endsWith(Arrays.copyOfRange(all, 7, ROWS));
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 384})
  void aRowIsOfTheDifferenceFromACentre(int padded) {
    float[] vector = Gaussian.vector(random, padded);
    float[] centre = Gaussian.vector(random, padded);
    float[] difference = new float[padded];
    double square = 0;
    for (int d = 0; d < padded; d++) {
      difference[d] = vector[d] - centre[d];
      square += (double) difference[d] * difference[d];
    }
    Sketches sketches = new Sketches(1, padded);
    float returned = sketches.set(0, vector, centre);
    assertThat(returned).isCloseTo((float) square, withinPercentage(0.01));
    QueryCode query = new QueryCode(Gaussian.vector(random, padded));
    Sketches expected = sketches(new float[][] {difference}, 1);
    assertThat(bounds(sketches, query, 2, 0, 1)[0])
        .isCloseTo(bounds(expected, query, 2, 0, 1)[0], within(1e-3f));
  }

  @ParameterizedTest
  @ValueSource(floats = {1e-12f, 1e12f, 1e18f})
  void scaleDoesNotMatter(float scale) {
    float[] row = Gaussian.vector(random, 128);
    float[] query = Gaussian.vector(random, 128);
    float expected = bounds(sketches(new float[][] {row}, 1), new QueryCode(query), 2, 0, 1)[0];
    for (int d = 0; d < row.length; d++) {
      row[d] *= scale;
    }
    Sketches scaled = sketches(new float[][] {row}, 1);
    assertThat(bounds(scaled, new QueryCode(query), 2, 0, 1)[0])
        .isCloseTo(expected * scale, within(1e-3f * Math.abs(expected) * scale));
    for (int d = 0; d < query.length; d++) {
      query[d] *= scale;
    }
    QueryCode code = new QueryCode(query);
    Sketches plain = sketches(new float[][] {Gaussian.vector(random, 128)}, 1);
    assertThat(bounds(plain, code, 2, 0, 1)[0]).isFinite();
    assertThat(code.norm()).isFinite().isPositive();
  }

  @ParameterizedTest
  @ValueSource(floats = {1e-25f, 1e25f})
  void normsOfQueriesAreThoseThatFloatsCannotSquare(float scale) {
    float[] query = new float[64];
    query[3] = 3 * scale;
    query[60] = -4 * scale;
    assertThat(new QueryCode(query).norm()).isCloseTo(5 * scale, withinPercentage(0.01));
  }

  @Test
  void nothingIsBoundByNothing() {
    Sketches sketches = sketches(new float[][] {new float[64], Gaussian.vector(random, 64)}, 2);
    assertThat(bounds(sketches, new QueryCode(Gaussian.vector(random, 64)), 3, 0, 2)[0]).isZero();
    assertThat(bounds(sketches, new QueryCode(new float[64]), 3, 0, 2)).containsOnly(0);
  }
}
