package dev.freshet.pipeline.ann;

/**
 * A vector that rows are compared with: as it is, and in 4 bits a component, bit by bit, so that
 * its product with a row of signs is counted instead of multiplied.
 *
 * <p>Section 3.3 of Gao and Long, "RaBitQ: Quantizing High-Dimensional Vectors with a Theoretical
 * Error Bound", SIGMOD 2024: {@code step} is the paper's Delta, {@code low} its v_l, {@link
 * #planes} its bits of q_u. Levels are rounded to the nearest, not at random. Immutable and
 * thread-safe.
 */
final class QueryCode {
  static final int PLANES = 4;
  private static final int MAX_LEVEL = (1 << PLANES) - 1;

  private final float[] vector;
  private final float norm;
  private final float sum;
  private final float low;
  private final float step;

  /** {@code [words][PLANES]}: bit j of word w of plane p is bit p of level 64 w + j. */
  private final long[] planes;

  QueryCode(float[] rotated) {
    this.vector = rotated;
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    double total = 0;
    double squares = 0;
    for (float component : rotated) {
      least = Math.min(least, component);
      most = Math.max(most, component);
      total += component;
      squares += component * component;
    }
    low = least;
    step = (most - least) / MAX_LEVEL;
    sum = (float) total;
    norm = (float) Math.sqrt(squares);
    planes = planes(rotated, least, step > 0 ? 1 / step : 0);
  }

  private static long[] planes(float[] rotated, float low, float inverse) {
    long[] planes = new long[rotated.length / Long.SIZE * PLANES];
    for (int word = 0; word < rotated.length / Long.SIZE; word++) {
      long a = 0;
      long b = 0;
      long c = 0;
      long e = 0;
      for (int bit = Long.SIZE - 1; bit >= 0; bit--) {
        long level = (long) ((rotated[word * Long.SIZE + bit] - low) * inverse + 0.5f);
        a = a << 1 | (level & 1);
        b = b << 1 | (level >>> 1 & 1);
        c = c << 1 | (level >>> 2 & 1);
        e = e << 1 | (level >>> 3 & 1);
      }
      planes[word * PLANES] = a;
      planes[word * PLANES + 1] = b;
      planes[word * PLANES + 2] = c;
      planes[word * PLANES + 3] = e;
    }
    return planes;
  }

  float[] vector() {
    return vector;
  }

  float norm() {
    return norm;
  }

  float sum() {
    return sum;
  }

  float low() {
    return low;
  }

  float step() {
    return step;
  }

  long[] planes() {
    return planes;
  }
}
