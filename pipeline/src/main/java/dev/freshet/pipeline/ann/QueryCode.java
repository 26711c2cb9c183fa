package dev.freshet.pipeline.ann;

/**
 * A vector that rows are compared with: as it is, and as tables of what each pair of its components
 * contributes to a product with {@link Sketches}. Immutable and thread-safe.
 */
final class QueryCode {
  /** Entries of a table: two bits for each of two components. */
  static final int ENTRIES = 16;

  /** From the smallest value of a component of a sketch to the largest, in its own steps. */
  static final int RANGE = 3;

  /** The largest value of a component of a sketch. */
  static final float LARGEST = RANGE / 2f;

  /** Squared norms that floats can tell; beyond, bounds would be missed. */
  private static final float LEAST_SQUARE = 1e-30f;

  private static final float LARGEST_SQUARE = 1e37f;

  /**
   * The largest entry, but for what rounding adds: two are added in a byte. Twice as many steps
   * would make estimates better by less than a hundredth of their error.
   */
  private static final int MOST_ENTRY = 126;

  /** The largest sum of entries. */
  private static final int MOST_SUM = 65_535;

  /** What rounding adds at most to a component's part of an entry: little more than a half. */
  private static final float ROUNDING = 0.51f;

  private final float[] vector;
  private final float norm;
  private final float step;
  private final float offset;
  private final byte[] tables;

  /**
   * @param rotated {@code [padded]}, kept and not changed
   */
  QueryCode(float[] rotated) {
    this.vector = rotated;
    Kernels.Size size = Kernels.size(rotated);
    norm = norm(rotated, size.square());
    float sum = RANGE * size.sum();
    // No entry is larger: it is of two components.
    float most = 2 * RANGE * size.largest();
    step = Math.max(most / MOST_ENTRY, sum / (MOST_SUM - ROUNDING * rotated.length));
    offset = -sum / 2;
    // One that is too small to be divided by is nothing.
    float inverse = step >= Float.MIN_NORMAL ? 1 / step : 0;
    tables = Kernels.tables(rotated, inverse);
  }

  private static float norm(float[] vector, float square) {
    if (square < LEAST_SQUARE || square > LARGEST_SQUARE) {
      double exact = 0;
      for (float component : vector) {
        exact += (double) component * component;
      }
      return (float) Math.sqrt(exact);
    }
    return (float) Math.sqrt(square);
  }

  float[] vector() {
    return vector;
  }

  float norm() {
    return norm;
  }

  /** What 1 in a table stands for. */
  float step() {
    return step;
  }

  /** What a sum of entries of 0 stands for. */
  float offset() {
    return offset;
  }

  /** {@code [padded / 2][ENTRIES]}, without signs. */
  byte[] tables() {
    return tables;
  }
}
