package dev.freshet.pipeline.ann;

/**
 * A vector that rows are compared with: as it is, and in whole numbers small enough that its
 * product with what is scanned of a row fits into 16 bits. Immutable and thread-safe.
 */
final class QueryCode {
  private final float[] vector;
  private final float norm;
  private final float sum;
  private final float step;
  private final short[] levels;

  QueryCode(float[] rotated) {
    this.vector = rotated;
    double total = 0;
    double squares = 0;
    for (float component : rotated) {
      total += component;
      squares += (double) component * component;
    }
    sum = (float) total;
    norm = (float) Math.sqrt(squares);
    step = step(rotated);
    levels = new short[rotated.length];
    // One that is too small to be divided by is nothing.
    float inverse = step >= Float.MIN_NORMAL ? 1 / step : 0;
    for (int d = 0; d < levels.length; d++) {
      levels[d] = (short) Math.round(rotated[d] * inverse);
    }
  }

  /**
   * Such that no part's product can be too large: by Cauchy and Schwarz it is no more than the norm
   * of the part's levels times that of what is scanned.
   */
  private static float step(float[] rotated) {
    double step = 0;
    int pairs = rotated.length / 2;
    for (int from = 0; from < pairs; from += Kernels.PART) {
      int to = Math.min(pairs, from + Kernels.PART);
      double squares = 0;
      for (int p = from; p < to; p++) {
        squares += square(rotated[p]) + square(rotated[p + pairs]);
      }
      double root = Math.sqrt(2.0 * (to - from));
      // Rounding adds a half to each component at most.
      double most = Short.MAX_VALUE / (Kernels.BIAS * root) - root / 2;
      step = Math.max(step, Math.sqrt(squares) / most);
    }
    return (float) step;
  }

  private static double square(double component) {
    return component * component;
  }

  float[] vector() {
    return vector;
  }

  float norm() {
    return norm;
  }

  /** Of all components. */
  float sum() {
    return sum;
  }

  /** What a level stands for. */
  float step() {
    return step;
  }

  /** {@code [padded]}. */
  short[] levels() {
    return levels;
  }
}
