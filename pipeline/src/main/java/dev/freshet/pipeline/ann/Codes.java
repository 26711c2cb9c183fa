package dev.freshet.pipeline.ann;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Vectors in 8-bit levels, one after the other: read of the few rows that their {@link Sketches}
 * leave.
 *
 * <p>One writer; readers see a row once its owner has published it. A row does not change.
 */
final class Codes {
  private static final VarHandle SCALES =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  private final int padded;

  /** Bytes of a row. */
  private final int stride;

  /** Of each row what one level stands for, as a float, and its levels, which are read with it. */
  private final byte[] rows;

  Codes(int capacity, int padded) {
    this.padded = padded;
    stride = Float.BYTES + padded;
    rows = new byte[Math.multiplyExact(capacity, stride)];
  }

  /** Writer only. */
  void set(int row, Posting posting) {
    SCALES.set(rows, row * stride, posting.scale());
    System.arraycopy(posting.levels(), 0, rows, levelsAt(row), padded);
  }

  private int levelsAt(int row) {
    return row * stride + Float.BYTES;
  }

  /** Copies rows that follow one another. Writer only. */
  void copy(Codes from, int first, int count, int to) {
    System.arraycopy(from.rows, first * stride, rows, to * stride, count * stride);
  }

  /** The inner product by levels. */
  float score(float[] vector, int row) {
    return scale(row) * Kernels.dot(vector, rows, levelsAt(row));
  }

  /** What one level stands for. */
  float scale(int row) {
    return (float) SCALES.get(rows, row * stride);
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
    Kernels.decode(rows, levelsAt(row), scale(row), vector);
  }

  long memoryBytes() {
    return rows.length;
  }
}
