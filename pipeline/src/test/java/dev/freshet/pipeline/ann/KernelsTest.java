package dev.freshet.pipeline.ann;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelsTest {
  private final Random random = new Random(4);

  /** What lies behind the values is of an earlier use, and may be larger than any of them. */
  @ParameterizedTest
  @CsvSource({
    "1, 0",
    "7, 0.5",
    "16, 1",
    "31, 0.5",
    "33, -Infinity",
    "97, 0.9",
    "256, 0.99",
    "256, 2"
  })
  void placesAreThoseOfValuesThatReachTheLimit(int count, float limit) {
    float[] values = new float[Kernels.wholeGroups(count)];
    Arrays.fill(values, Float.POSITIVE_INFINITY);
    for (int i = 0; i < count; i++) {
      values[i] = random.nextInt(9) == 0 ? limit : random.nextFloat();
    }
    values[count / 2] = Float.NaN;
    int[] expected = IntStream.range(0, count).filter(i -> values[i] >= limit).toArray();
    int[] places = new int[count];
    int found = Kernels.atLeast(values, count, limit, places);
    assertThat(Arrays.copyOf(places, found)).containsExactly(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 64, 96})
  void theFirstOfTheLargestIsFound(int count) {
    float[] values = new float[count];
    Arrays.fill(values, Float.NEGATIVE_INFINITY);
    assertThat(Kernels.indexOfMost(values)).isZero();
    for (int place = count - 1; place >= 0; place -= 7) {
      values[place] = -3;
      assertThat(Kernels.indexOfMost(values)).isEqualTo(place);
    }
    values[count / 2] = Float.NaN;
    assertThat(Kernels.indexOfMost(values)).as("where there is none").isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 128, 192})
  void levelsAreTheNearest(int padded) {
    float[] vector = Gaussian.vector(random, padded);
    vector[3] = 5;
    vector[padded - 1] = -5;
    vector[padded / 2] = 0;
    float level = 5f / Posting.MAX_LEVEL;
    byte[] levels = new byte[padded];
    Kernels.levels(vector, 1 / level, levels);
    for (int d = 0; d < padded; d++) {
      assertThat(levels[d] * level).isCloseTo(vector[d], within(0.5001f * level));
    }
    assertThat(levels[3]).isEqualTo((byte) 127);
    assertThat(levels[padded - 1]).isEqualTo((byte) -127);
    assertThat(levels[padded / 2]).isZero();
  }

  @Test
  void whatIsTooSmallForLevelsIsNothing() {
    float[] tiny = new float[64];
    Arrays.fill(tiny, Float.MIN_VALUE);
    assertThat(Posting.of(tiny).levels()).containsOnly(0);
    assertThat(Posting.of(new float[64]).decode()).containsOnly(0);
  }
}
