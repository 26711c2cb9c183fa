package dev.freshet.pipeline.ann;

/**
 * Vectors in 8-bit levels, one after the other: read of the few rows that their {@link Sketches}
 * leave.
 *
 * <p>One writer; readers see a row once its owner has published it. A row does not change.
 */
final class Codes {
  private final int padded;

  /** {@code [capacity][padded]}. */
  private final byte[] levels;

  private final float[] scales;

  Codes(int capacity, int padded) {
    this.padded = padded;
    levels = new byte[Math.multiplyExact(capacity, padded)];
    scales = new float[capacity];
  }

  /** Writer only. */
  void set(int row, Posting posting) {
    System.arraycopy(posting.levels(), 0, levels, row * padded, padded);
    scales[row] = posting.scale();
  }

  /** Copies rows that follow one another. Writer only. */
  void copy(Codes from, int first, int count, int to) {
    System.arraycopy(from.levels, first * padded, levels, to * padded, count * padded);
    System.arraycopy(from.scales, first, scales, to, count);
  }

  /** The inner product by levels. */
  float score(float[] vector, int row) {
    return scales[row] * Kernels.dot(vector, levels, row * padded);
  }

  /** What one level stands for. */
  float level(int row) {
    return scales[row];
  }

  /** {@code [padded]}, a new array. */
  float[] decode(int row) {
    float[] vector = new float[padded];
    decode(row, vector);
    return vector;
  }

  /**
   * @param vector gets the row, {@code [padded]}
   */
  void decode(int row, float[] vector) {
    Kernels.decode(levels, row * padded, scales[row], vector);
  }

  long memoryBytes() {
    return (long) levels.length + (long) scales.length * Float.BYTES;
  }
}
