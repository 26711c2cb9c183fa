package dev.freshet.pipeline.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.pipeline.event.PassageVector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorFormatTest {
  /** Half a level, and what float32 rounds. */
  private static final float OFF = 0.501f / Short.MAX_VALUE;

  private final Random random = new Random(1);

  /** Fewer than a register holds, as many, and some that are left over. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 13, 64, 100, 384})
  void aComponentIsOffByHalfALevelAtMost(int dimensions) {
    List<float[]> vectors = new ArrayList<>();
    for (float size : new float[] {1, 1e-20f, 1e30f}) {
      vectors.add(random(dimensions, size));
    }
    float[][] read = VectorFormat.decode(encode(vectors), 3, dimensions);
    for (int i = 0; i < read.length; i++) {
      float[] written = vectors.get(i);
      assertThat(read[i]).containsExactly(written, within(largest(written) * OFF));
    }
    assertThat(VectorFormat.decode(encode(vectors), dimensions)).isDeepEqualTo(read);
  }

  /** Other bytes would be another format. */
  @Test
  void isScaleAndLevels() {
    float[] vector = {1, -1, 0.5f, -0.25f, 0, 1 / 3f, -0.001f, 0.75f, -1, 0.1f};
    short[] levels = {32_767, -32_767, 16_384, -8_192, 0, 10_922, -33, 24_575, -32_767, 3_277};
    ByteBuffer expected = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    expected.putFloat(1 / 32_767f);
    for (short level : levels) {
      expected.putShort(level);
    }
    assertThat(encode(List.of(vector))).containsExactly(expected.array());
  }

  @Test
  void aComponentIsWrittenAlikeWhereverItStands() {
    float[] vector = random(24, 1);
    vector[0] = 10;
    byte[] all = encode(List.of(vector));
    for (int dimensions = 1; dimensions < vector.length; dimensions++) {
      byte[] value = encode(List.of(Arrays.copyOf(vector, dimensions)));
      assertThat(all).startsWith(value);
      float[] read = VectorFormat.decode(value, dimensions)[0];
      assertThat(VectorFormat.decode(all, vector.length)[0]).startsWith(read);
    }
  }

  @Test
  void theLargestThereIsStaysFinite() {
    float[] vector = new float[9];
    vector[0] = -Float.MAX_VALUE;
    vector[8] = Float.MAX_VALUE;
    float[] read = VectorFormat.decode(encode(List.of(vector)), 9)[0];
    assertThat(read).containsExactly(vector, within(Float.MAX_VALUE * OFF));
  }

  @Test
  void nothingIsNothing() {
    float[] tiny = new float[9];
    Arrays.fill(tiny, Float.MIN_VALUE);
    assertThat(VectorFormat.decode(encode(List.of(new float[9], tiny)), 9))
        .isDeepEqualTo(new float[2][9]);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void refusesWhatIsNotFinite(float component) {
    for (int at : new int[] {0, 8}) {
      float[] vector = random(9, 1);
      vector[at] = component;
      assertThatIllegalArgumentException()
          .isThrownBy(() -> encode(List.of(vector)))
          .withMessageContaining("a vector holds " + Math.abs(component));
    }
  }

  @Test
  void refusesAValueOfAnotherLength() {
    byte[] value = encode(List.of(random(9, 1)));
    assertThatExceptionOfType(StoreDamagedException.class)
        .isThrownBy(() -> VectorFormat.decode(value, 2, 9))
        .withMessageContaining("22 bytes does not hold 2 passages of 9 dimensions");
    assertThatExceptionOfType(StoreDamagedException.class)
        .isThrownBy(() -> VectorFormat.decode(Arrays.copyOf(value, 21), 9));
  }

  private static byte[] encode(List<float[]> vectors) {
    List<PassageVector> passages =
        vectors.stream().map(vector -> new PassageVector(0, 1, vector)).toList();
    return VectorFormat.encode(passages, vectors.get(0).length);
  }

  private float[] random(int dimensions, float size) {
    float[] vector = new float[dimensions];
    for (int d = 0; d < dimensions; d++) {
      vector[d] = size * (float) random.nextGaussian();
    }
    return vector;
  }

  private static float largest(float[] vector) {
    float largest = 0;
    for (float component : vector) {
      largest = Math.max(largest, Math.abs(component));
    }
    return largest;
  }
}
