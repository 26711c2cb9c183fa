package dev.freshet.pipeline.ann;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BisectionTest {
  private static final int PADDED = 64;

  /** Also of vectors that are all the same, and of those whose squares no float holds. */
  @ParameterizedTest
  @CsvSource({"2, 0", "65, 0", "2, 1", "65, 1", "65, 1e25"})
  void neitherPartIsSmallerThanAQuarter(int count, double length) {
    Random random = new Random(3);
    float[][] vectors = new float[count][];
    Arrays.setAll(vectors, i -> Gaussian.vector(random, PADDED, length));
    Bisection parts = new Bisection(vectors, count - 1);
    long second = IntStream.range(0, count).filter(parts::isSecond).count();
    assertThat(second)
        .isBetween((long) Math.max(1, count / 4), count - (long) Math.max(1, count / 4));
  }
}
