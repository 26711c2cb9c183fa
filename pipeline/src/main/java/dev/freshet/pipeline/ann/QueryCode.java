package dev.freshet.pipeline.ann;

/**
 * A vector that rows are compared with: as it is, and in whole numbers small enough that its
 * product with what is scanned of a row fits into 16 bits. Immutable and thread-safe.
 */
final class QueryCode {
  /** Beyond a half of a level in absolute value, which a row may have for each component. */
  private static final double MOST_HALF = 8;

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
      squares += component * component;
    }
    sum = (float) total;
    norm = (float) Math.sqrt(squares);
    step = step(rotated);
    levels = new short[rotated.length];
    float inverse = step > 0 ? 1 / step : 0;
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
        squares += rotated[p] * rotated[p] + rotated[p + pairs] * rotated[p + pairs];
      }
      double root = Math.sqrt(2.0 * (to - from));
      // Rounding adds a half to each component at most.
      double most = Short.MAX_VALUE / (MOST_HALF * root) - root / 2;
      step = Math.max(step, Math.sqrt(squares) / most);
    }
    return (float) step;
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
