package dev.freshet.training.retrieval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Vectors in memory, and their inner products with queries: a plain matrix product.
 *
 * <p>The vectors lie in blocks, one coordinate of all vectors of a block after the other {@code
 * [rows, BLOCK]}. So the innermost loop adds to independent sums, which the JIT compiler turns into
 * SIMD; a sum over one vector's coordinates it must keep in order. All queries meet one block
 * before the next, while it is in the processor's cache.
 *
 * <p>Filled by one thread, then read by any number.
 */
final class PassageMatrix {
  /** Vectors in a block: 128 of 384 dimensions are 192 KiB. */
  private static final int BLOCK = 128;

  private final int dimensions;

  /** Dimensions, and zeros up to a multiple of four. */
  private final int rows;

  private final List<float[]> blocks = new ArrayList<>();
  private int size;

  PassageMatrix(int dimensions) {
    this.dimensions = dimensions;
    this.rows = (dimensions + 3) / 4 * 4;
  }

  /** Number of vectors. */
  int size() {
    return size;
  }

  /**
   * @param vector {@code [dimensions]}
   */
  void add(float[] vector) {
    requireDimensions(vector);
    int column = size % BLOCK;
    if (column == 0) {
      blocks.add(new float[rows * BLOCK]);
    }
    float[] block = blocks.get(blocks.size() - 1);
    for (int i = 0; i < dimensions; i++) {
      block[i * BLOCK + column] = vector[i];
    }
    size++;
  }

  private void requireDimensions(float[] vector) {
    if (vector.length != dimensions) {
      throw new IllegalArgumentException(
          "a vector must have %d dimensions, has %d".formatted(dimensions, vector.length));
    }
  }

  /**
   * @param queries {@code [queries, dimensions]}
   * @return inner products {@code [queries, at least size]}; what comes after {@link #size} is of
   *     no meaning
   */
  float[][] innerProducts(float[][] queries) {
    float[][] padded = new float[queries.length][];
    for (int q = 0; q < queries.length; q++) {
      requireDimensions(queries[q]);
      padded[q] = Arrays.copyOf(queries[q], rows);
    }
    float[][] products = new float[queries.length][blocks.size() * BLOCK];
    float[] sums = new float[BLOCK];
    for (int b = 0; b < blocks.size(); b++) {
      for (int q = 0; q < queries.length; q++) {
        multiply(blocks.get(b), padded[q], sums);
        System.arraycopy(sums, 0, products[q], b * BLOCK, BLOCK);
      }
    }
    return products;
  }

  /** Four coordinates a pass, because reading and writing the sums is what takes the time. */
  private static void multiply(float[] block, float[] query, float[] sums) {
    Arrays.fill(sums, 0);
    for (int i = 0; i < query.length; i += 4) {
      addProducts(block, i * BLOCK, query[i], query[i + 1], query[i + 2], query[i + 3], sums);
    }
  }

  private static void addProducts(
      float[] block, int row, float q0, float q1, float q2, float q3, float[] sums) {
    for (int j = 0; j < BLOCK; j++) {
      sums[j] +=
          q0 * block[row + j]
              + q1 * block[row + BLOCK + j]
              + q2 * block[row + 2 * BLOCK + j]
              + q3 * block[row + 3 * BLOCK + j];
    }
  }
}
