package dev.freshet.pipeline.ann;

/**
 * A vector that rows are compared with: as it is, and as tables of what each pair of its components
 * contributes to a product with {@link Sketches}. Immutable and thread-safe.
 */
final class QueryCode {
  /** Entries of a table: two bits for each of two components. */
  static final int ENTRIES = 16;

  /** From the smallest value of a component of a sketch to the largest, in its own steps. */
  static final int LEVELS = 3;

  /** The largest value of a component of a sketch. */
  static final float LARGEST = LEVELS / 2f;

  /** The largest entry, and the largest sum of entries. */
  private static final int MOST_ENTRY = 255;

  private static final int MOST_SUM = 65_535;

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
    norm = (float) Math.sqrt(Kernels.dot(rotated, rotated));
    float sum = LEVELS * Kernels.sum(rotated);
    // An entry is of two components: this is more than most, and finer steps would tell no more.
    float most = 2 * LEVELS * Kernels.largest(rotated);
    // Rounding adds little more than a half to an entry: less than a third for each component.
    step = Math.max(most / MOST_ENTRY, sum / (MOST_SUM - rotated.length / 3f));
    offset = -sum / 2;
    // One that is too small to be divided by is nothing.
    float inverse = step >= Float.MIN_NORMAL ? 1 / step : 0;
    tables = Kernels.tables(rotated, inverse);
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

  /**
   * {@code [padded / 2][ENTRIES]}, without signs, and room to read a whole register at the last.
   */
  byte[] tables() {
    return tables;
  }
}
