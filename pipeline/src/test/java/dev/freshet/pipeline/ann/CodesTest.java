package dev.freshet.pipeline.ann;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Held against postings, row by row. */
class CodesTest {
  private static final int ROWS = 91;

  /** Compiled code may add lanes in another order than interpreted code. */
  private static final Offset<Float> ROUNDING = within(1e-3f);

  private final Random random = new Random(4);

  @ParameterizedTest
  @ValueSource(ints = {64, 128, 384, 2_048})
  void aRowIsWhatItsPostingIsAlsoAsACopy(int padded) {
    Posting[] postings = new Posting[ROWS];
    Arrays.setAll(postings, row -> Posting.of(Gaussian.vector(random, padded)));
    Codes codes = new Codes(ROWS, padded);
    for (int row = 0; row < ROWS; row++) {
      codes.set(row, postings[row]);
    }
    Codes copies = new Codes(ROWS, padded);
    copies.copy(codes, 0, 5, ROWS - 5);
    copies.copy(codes, 5, ROWS - 5, 0);
    float[] vector = Gaussian.vector(random, padded);
    for (int row = 0; row < ROWS; row++) {
      assertThat(codes.decode(row)).isEqualTo(postings[row].decode());
      assertThat(codes.score(vector, row)).isCloseTo(product(postings[row], vector), ROUNDING);
      int copy = row < 5 ? ROWS - 5 + row : row - 5;
      assertThat(copies.decode(copy)).isEqualTo(postings[row].decode());
      assertThat(copies.score(vector, copy)).isCloseTo(product(postings[row], vector), ROUNDING);
    }
  }

  private static float product(Posting posting, float[] vector) {
    return posting.scale() * Kernels.dot(vector, posting.levels(), 0);
  }
}
