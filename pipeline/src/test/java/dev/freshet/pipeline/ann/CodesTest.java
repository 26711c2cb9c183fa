package dev.freshet.pipeline.ann;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Held against postings, row by row; more components than are added up in one part. */
class CodesTest {
  private static final int ROWS = 3 * Kernels.GROUP - 5;

  private final Random random = new Random(4);

  private float[] gaussian(int padded) {
    float[] vector = new float[padded];
    for (int d = 0; d < padded; d++) {
      vector[d] = (float) random.nextGaussian();
    }
    return vector;
  }

  private Posting[] postings(int padded) {
    Posting[] postings = new Posting[ROWS];
    Arrays.setAll(postings, row -> Posting.of(gaussian(padded)));
    return postings;
  }

  private static Codes codes(Posting[] postings, int padded) {
    Codes codes = new Codes(Codes.capacity(ROWS), padded);
    for (int row = 0; row < ROWS; row++) {
      codes.set(row, postings[row]);
    }
    return codes;
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 128, 384, 2_048})
  void aRowIsWhatItsPostingIs(int padded) {
    Posting[] postings = postings(padded);
    Codes codes = codes(postings, padded);
    float[] vector = gaussian(padded);
    for (int row = 0; row < ROWS; row++) {
      assertThat(codes.decode(row)).isEqualTo(postings[row].decode());
      assertThat(codes.score(vector, row)).isEqualTo(postings[row].dot(vector));
      float[] decoded = postings[row].decode();
      assertThat(codes.squares(row))
          .isCloseTo(Kernels.dot(decoded, decoded), within(1e-3f * codes.squares(row)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 384})
  void copiesAreTheSame(int padded) {
    Posting[] postings = postings(padded);
    Codes codes = codes(postings, padded);
    Codes larger = new Codes(Codes.capacity(2 * ROWS), padded);
    larger.copyFirst(codes, ROWS);
    for (int row = 0; row < ROWS; row++) {
      larger.copy(codes, row, 2 * ROWS - 1 - row);
    }
    for (int row = 0; row < ROWS; row++) {
      assertThat(larger.decode(row)).isEqualTo(postings[row].decode());
      assertThat(larger.decode(2 * ROWS - 1 - row)).isEqualTo(postings[row].decode());
    }
  }

  /** Deviations of all rows and many queries, in units of what is said of them. */
  @ParameterizedTest
  @ValueSource(ints = {64, 128, 384, 2_048})
  void estimatesAreOffByAsMuchAsIsSaid(int padded) {
    Posting[] postings = postings(padded);
    Codes codes = codes(postings, padded);
    int[] sums = new int[Codes.capacity(ROWS)];
    float[] estimates = new float[ROWS];
    double squares = 0;
    int queries = 20;
    for (int i = 0; i < queries; i++) {
      QueryCode query = new QueryCode(gaussian(padded));
      codes.bound(query, 0, 0, ROWS, sums, estimates);
      for (int row = 0; row < ROWS; row++) {
        double off = estimates[row] - postings[row].dot(query.vector());
        squares += Math.pow(off / (codes.error(row) * query.norm()), 2);
      }
    }
    assertThat(Math.sqrt(squares / queries / ROWS)).isBetween(0.9, 1.1);
  }

  /** The largest products that there can be: nothing overflows. Equal components round alike. */
  @ParameterizedTest
  @ValueSource(ints = {64, 384, 1_024, 2_048})
  void aQueryAndARowOfOneDirectionAreNear(int padded) {
    float[] mixed = new float[padded];
    float[] negative = new float[padded];
    for (int d = 0; d < padded; d++) {
      mixed[d] = random.nextBoolean() ? 1 : -1;
      negative[d] = -1;
    }
    for (float[] along : List.of(mixed, negative)) {
      float[] against = new float[padded];
      for (int d = 0; d < padded; d++) {
        against[d] = -along[d];
      }
      assertThat(bound(along, along)).isBetween(0.9f * padded, 1.15f * padded);
      assertThat(bound(against, along)).isBetween(-1.1f * padded, -0.85f * padded);
    }
  }

  private static float bound(float[] query, float[] row) {
    Codes codes = new Codes(Kernels.GROUP, row.length);
    codes.set(0, Posting.of(row));
    float[] bounds = new float[1];
    codes.bound(new QueryCode(query), 0, 0, 1, new int[Kernels.GROUP], bounds);
    return bounds[0];
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 384})
  void rowsAreBoundWhereverOneBegins(int padded) {
    Codes codes = codes(postings(padded), padded);
    QueryCode query = new QueryCode(gaussian(padded));
    int[] sums = new int[Codes.capacity(ROWS)];
    float[] all = new float[ROWS];
    codes.bound(query, 2, 0, ROWS, sums, all);
    float[] rest = new float[ROWS - Kernels.GROUP];
    codes.bound(query, 2, Kernels.GROUP, rest.length, sums, rest);
    assertThat(rest).containsExactly(Arrays.copyOfRange(all, Kernels.GROUP, ROWS));
  }

  @Test
  void hasRoomForWholeGroupsOnly() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Codes(1, 64))
        .withMessage("the capacity must be a multiple of 32, was 1");
  }
}
