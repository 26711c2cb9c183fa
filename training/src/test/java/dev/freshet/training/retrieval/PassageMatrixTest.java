package dev.freshet.training.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PassageMatrixTest {
  private final Random random = new Random(5);

  private float[] vector(int dimensions) {
    float[] vector = new float[dimensions];
    for (int i = 0; i < dimensions; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "127, 6", "128, 8", "129, 7", "700, 64"})
  void agreesWithTheSumsOfProducts(int size, int dimensions) {
    PassageMatrix matrix = new PassageMatrix(dimensions);
    float[][] vectors = new float[size][];
    for (int i = 0; i < size; i++) {
      vectors[i] = vector(dimensions);
      matrix.add(vectors[i]);
    }
    assertThat(matrix.size()).isEqualTo(size);
    float[][] queries = {vector(dimensions), vector(dimensions), vector(dimensions)};
    float[][] products = matrix.innerProducts(queries);
    for (int q = 0; q < queries.length; q++) {
      for (int i = 0; i < size; i++) {
        double expected = 0;
        for (int d = 0; d < dimensions; d++) {
          expected += (double) queries[q][d] * vectors[i][d];
        }
        assertThat((double) products[q][i]).isCloseTo(expected, within(1e-4));
      }
    }
  }

  @Test
  void refusesOtherDimensions() {
    PassageMatrix matrix = new PassageMatrix(8);
    assertThatThrownBy(() -> matrix.add(new float[7]))
        .hasMessage("a vector must have 8 dimensions, has 7");
    assertThatThrownBy(() -> matrix.innerProducts(new float[][] {new float[9]}))
        .hasMessage("a vector must have 8 dimensions, has 9");
  }
}
