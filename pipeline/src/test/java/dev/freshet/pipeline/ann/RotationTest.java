package dev.freshet.pipeline.ann;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RotationTest {
  private final Random random = new Random(3);

  @ParameterizedTest
  @ValueSource(ints = {1, 24, 64, 100, 128, 192, 320, 384, 768, 3_072, 8_192})
  void innerProductsStayAsTheyWere(int dimensions) {
    Rotation rotation = new Rotation(dimensions);
    float[] one = Gaussian.vector(random, dimensions);
    float[] other = Gaussian.vector(random, dimensions);
    float[] asItWas = one.clone();
    float[] rotated = rotation.rotate(one);
    assertThat(one).containsExactly(asItWas);
    assertThat(rotated).hasSize(Rotation.padded(dimensions));
    float scale = (float) Math.sqrt(dot(one, one) * dot(other, other));
    assertThat(dot(rotated, rotated)).isCloseTo(dot(one, one), within(1e-5f * dot(one, one)));
    assertThat(dot(rotated, rotation.rotate(other)))
        .isCloseTo(dot(one, other), within(1e-5f * scale));
  }

  /** A scale a vector and a few bits a component would say little of what is in few of them. */
  @ParameterizedTest
  @ValueSource(ints = {24, 64, 128, 192, 320, 384, 768, 1_024, 3_072, 4_096})
  void whatIsInOneComponentIsSpreadOverAll(int dimensions) {
    Rotation rotation = new Rotation(dimensions);
    double evenly = 1 / Math.sqrt(Rotation.padded(dimensions));
    for (int i = 0; i < 20; i++) {
      float[] vector = new float[dimensions];
      vector[random.nextInt(dimensions)] = 1;
      float[] rotated = rotation.rotate(vector);
      double largest = 0;
      int small = 0;
      for (float component : rotated) {
        largest = Math.max(largest, Math.abs(component));
        small += Math.abs(component) < evenly / 4 ? 1 : 0;
      }
      assertThat(largest).isLessThan(5 * evenly);
      // A fifth of a normal distribution is.
      assertThat(small).isLessThan(rotated.length / 2);
    }
  }

  /** Postings are kept for years: another one asks for another format of stores. */
  @Test
  void isTheSameInEveryBuild() {
    float[] vector = new float[100];
    for (int d = 0; d < vector.length; d++) {
      vector[d] = d + 1;
    }
    float[] rotated = new Rotation(100).rotate(vector);
    assertThat(rotated).startsWith(-78.109375f, -10.390625f, -39.109375f, -62.265625f);
    assertThat(Arrays.hashCode(rotated)).isEqualTo(-1_184_635_903);
  }

  private static float dot(float[] one, float[] other) {
    float sum = 0;
    for (int d = 0; d < one.length; d++) {
      sum = Math.fma(one[d], other[d], sum);
    }
    return sum;
  }
}
