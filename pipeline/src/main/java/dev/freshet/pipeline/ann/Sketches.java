package dev.freshet.pipeline.ann;

/**
 * Vectors in two bits a component: an estimate of their inner products with a query, and how far
 * off it may be, from a quarter of the memory that levels take.
 *
 * <p>The estimator is that of RaBitQ (Gao and Long, "RaBitQ: Quantizing High-Dimensional Vectors
 * with a Theoretical Error Bound for Approximate Nearest Neighbor Search", SIGMOD 2024), for two
 * bits instead of one and without its normalisation. With x a row of D components whose root mean
 * square is r, q a query, and c what components become, -1.5, -0.5, 0.5 or 1.5 with bounds at -r, 0
 * and r,
 *
 * <pre>
 * gain      g = |x|^2 / c.x
 * estimate  g c.q
 * error     g |q| sqrt((|c|^2 - (c.x / |x|)^2) / D)   standard deviation of the estimate
 * </pre>
 *
 * <p>c is x, but for its length, and a part at right angles to x, which meets q at random, as both
 * are rotated, and contributes what one component in D does.
 *
 * <p>Two components of a row make four bits, which are looked up in a table of their products with
 * the query, for a group of rows at once: the layout of André, Kermarrec and Le Scouarnec, "Cache
 * Locality is not Enough: High-Performance Nearest Neighbor Search with Product Quantization Fast
 * Scan" (VLDB 2015).
 *
 * <p>One writer; readers see a row once its owner has published it. A row does not change.
 */
final class Sketches {
  /** Components of a byte: a pair in its low bits, and a pair in its high ones. */
  private static final int PER_BYTE = 4;

  /** Below it a row is taken to be nothing: no other vector is near enough to tell. */
  private static final float LEAST_SQUARE = 1e-30f;

  /**
   * The error, of a gain and a norm of 1, where components have a normal distribution: the mean of
   * c^2 is .8846, that of c x is .8829 r. Rows are rotated, so theirs is near enough to that, and
   * what it is off by is measured with what a search allows.
   */
  private static final float DEVIATION = 0.3243f;

  private static final int GROUP = Kernels.GROUP;

  /** Bytes of a row. */
  private final int bytes;

  /** {@code [groups][bytes][GROUP]}; see {@link Kernels#place} for the order in a group. */
  private final byte[] pairs;

  private final float[] gains;

  /**
   * @param capacity rows
   */
  Sketches(int capacity, int padded) {
    bytes = padded / PER_BYTE;
    int rooms = Kernels.wholeGroups(capacity);
    pairs = new byte[Math.multiplyExact(rooms, bytes)];
    gains = new float[rooms];
  }

  /**
   * Makes the row that of what a vector differs from another by. Every write does, more than once
   * where cells are split: nothing here waits for what was computed just before. Writer only.
   *
   * @return squared norm of the difference
   */
  float set(int row, float[] vector, float[] centre) {
    float square = Kernels.squaredDistance(vector, centre);
    float inverse = square > LEAST_SQUARE ? (float) Math.sqrt(vector.length / square) : 0;
    float alongOne = 0;
    float alongTwo = 0;
    float alongThree = 0;
    float alongFour = 0;
    int at = at(row);
    for (int d = 0; d < vector.length; d += PER_BYTE, at += GROUP) {
      float one = (vector[d] - centre[d]) * inverse;
      float two = (vector[d + 1] - centre[d + 1]) * inverse;
      float three = (vector[d + 2] - centre[d + 2]) * inverse;
      float four = (vector[d + 3] - centre[d + 3]) * inverse;
      int codeOne = code(one);
      int codeTwo = code(two);
      int codeThree = code(three);
      int codeFour = code(four);
      alongOne += (codeOne - QueryCode.LARGEST) * one;
      alongTwo += (codeTwo - QueryCode.LARGEST) * two;
      alongThree += (codeThree - QueryCode.LARGEST) * three;
      alongFour += (codeFour - QueryCode.LARGEST) * four;
      pairs[at] = (byte) (codeOne | codeTwo << 2 | codeThree << 4 | codeFour << 6);
    }
    float along = alongOne + alongTwo + alongThree + alongFour;
    gains[row] = inverse > 0 ? square * inverse / along : 0;
    return square;
  }

  /** -1.5 is 0, and so on; without a branch, as none could be predicted. */
  private static int code(float component) {
    return Math.max(0, Math.min(QueryCode.RANGE, (int) (component + 2)));
  }

  /** Where the row's first byte is. */
  private int at(int row) {
    return row / GROUP * GROUP * bytes + Kernels.place(row % GROUP);
  }

  /** Copies rows that follow one another. Writer only. */
  void copy(Sketches from, int first, int count, int to) {
    boolean aligned = first % GROUP == 0 && to % GROUP == 0;
    int together = aligned ? count / GROUP * GROUP : 0;
    System.arraycopy(from.pairs, first * bytes, pairs, to * bytes, together * bytes);
    for (int i = together; i < count; i++) {
      int source = from.at(first + i);
      int target = at(to + i);
      for (int b = 0; b < bytes; b++) {
        pairs[target + b * GROUP] = from.pairs[source + b * GROUP];
      }
    }
    System.arraycopy(from.gains, first, gains, to, count);
  }

  /**
   * What inner products are at most, but for one in so many as the slack leaves.
   *
   * @param slack standard deviations to allow
   * @param first a multiple of {@link Kernels#GROUP}
   * @param sums scratch, room for whole groups
   * @param bounds gets that of row {@code first + i} at {@code at + i}; has room for whole groups
   */
  void bound(
      QueryCode query, float slack, int first, int count, short[] sums, float[] bounds, int at) {
    float offset = query.offset() + slack * query.norm() * DEVIATION;
    Kernels.lookUp(query.tables(), pairs, first, count, sums);
    Kernels.scale(sums, gains, first, count, query.step(), offset, bounds, at);
  }

  /** Standard deviation of the row's estimate for a query of norm 1. */
  float error(int row) {
    return gains[row] * DEVIATION;
  }

  long memoryBytes() {
    return pairs.length + (long) gains.length * Float.BYTES;
  }
}
