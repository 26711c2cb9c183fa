package dev.freshet.pipeline.ann;

/**
 * Vectors in two precisions, row by row: signs, which rows are sifted by, and 8-bit levels, which
 * those that are left are scored by.
 *
 * <p>The estimate of an inner product from signs and its bound are those of RaBitQ (Gao and Long,
 * SIGMOD 2024, Theorem 3.2) without the paper's normalisation. With x a row, s its signs, D the
 * padded dimensions and q a query,
 *
 * <pre>
 * here      paper                          value
 * gain      |o_r| / (sqrt(D) &lt;o_bar, o&gt;)   |x|^2 / |x|_1, so that q.x is about gain * q.s
 * error     |o_r| sqrt((1-c^2) / (c^2 (D-1)))  with c = &lt;o_bar, o&gt; = |x|_1 / (sqrt(D) |x|):
 *                                          standard deviation of the estimate for |q| = 1
 * lift      -                              2 gain times the number of positive signs: what the
 *                                          query's lowest level adds
 * </pre>
 *
 * <p>One writer; readers see a row once its owner has published it. A row does not change.
 */
final class Codes {
  private final int padded;
  private final int words;
  private final int capacity;

  /** {@code [capacity][words]}. */
  private final long[] bits;

  /** {@code [capacity][padded]}. */
  private final byte[] levels;

  private final float[] scales;
  private final float[] gains;
  private final float[] lifts;
  private final float[] errors;
  private final float[] squares;

  Codes(int capacity, int padded) {
    this.capacity = capacity;
    this.padded = padded;
    this.words = padded / Long.SIZE;
    bits = new long[capacity * words];
    levels = new byte[Math.multiplyExact(capacity, padded)];
    scales = new float[capacity];
    gains = new float[capacity];
    lifts = new float[capacity];
    errors = new float[capacity];
    squares = new float[capacity];
  }

  /** Bytes of a row. */
  static int rowBytes(int padded) {
    return padded / Byte.SIZE + padded + 5 * Float.BYTES;
  }

  int capacity() {
    return capacity;
  }

  /** Writer only. */
  void set(int row, Posting posting) {
    byte[] source = posting.levels();
    System.arraycopy(source, 0, levels, row * padded, padded);
    int absolute = 0;
    int square = 0;
    int positive = 0;
    for (int word = 0; word < words; word++) {
      long sign = 0;
      for (int bit = 0; bit < Long.SIZE; bit++) {
        int level = source[word * Long.SIZE + bit];
        absolute += Math.abs(level);
        square += level * level;
        sign |= (long) (~level >>> (Integer.SIZE - 1)) << bit;
      }
      bits[row * words + word] = sign;
      positive += Long.bitCount(sign);
    }
    scales[row] = posting.scale();
    squares[row] = posting.scale() * posting.scale() * square;
    float gain = absolute == 0 ? 0 : posting.scale() * square / absolute;
    gains[row] = gain;
    lifts[row] = 2 * gain * positive;
    float rest = padded * gain * gain - squares[row];
    errors[row] = (float) Math.sqrt(Math.max(0, rest) / (padded - 1));
  }

  /** Writer only. */
  void copy(Codes from, int first, int count, int to) {
    System.arraycopy(from.bits, first * words, bits, to * words, count * words);
    System.arraycopy(from.levels, first * padded, levels, to * padded, count * padded);
    System.arraycopy(from.scales, first, scales, to, count);
    System.arraycopy(from.gains, first, gains, to, count);
    System.arraycopy(from.lifts, first, lifts, to, count);
    System.arraycopy(from.errors, first, errors, to, count);
    System.arraycopy(from.squares, first, squares, to, count);
  }

  /**
   * What inner products are at most, but for one in so many as the slack leaves.
   *
   * @param slack standard deviations to allow
   * @param sums scratch, at least {@code count}
   * @param bounds gets that of row {@code first + i} at i
   */
  void bound(QueryCode query, float slack, int first, int count, int[] sums, float[] bounds) {
    Kernels.levelSums(query.planes(), bits, words, first, count, sums);
    float step = 2 * query.step();
    float sum = query.sum();
    float low = query.low();
    float allowed = slack * query.norm();
    for (int i = 0; i < count; i++) {
      bounds[i] =
          gains[first + i] * (step * sums[i] - sum)
              + low * lifts[first + i]
              + allowed * errors[first + i];
    }
  }

  /**
   * What inner products with another row are at most, from the signs of both: coarser than {@link
   * #bound}, in a quarter of the time.
   *
   * <p>For components of a normal distribution and an angle a between the rows, signs agree with
   * probability 1 - a / pi. Times both gains, the surplus of those that agree is about |x||y| (pi/2
   * - a), which is no less than the inner product where that is positive, and its standard
   * deviation is what one component in sqrt(D) contributes.
   *
   * @param one its first row is the other one
   * @param slack standard deviations to allow
   * @param sums scratch, at least {@code count}
   * @param at where in {@code bounds} the first row's goes
   */
  void boundBySigns(Codes one, float slack, int count, int[] sums, int at, float[] bounds) {
    Kernels.differences(one.bits, bits, words, count, sums);
    float allowed = padded + slack * (float) Math.sqrt(padded);
    for (int i = 0; i < count; i++) {
      bounds[at + i] = one.gains[0] * gains[i] * (allowed - 2 * sums[i]);
    }
  }

  /** The inner product by levels. */
  float score(QueryCode query, int row) {
    return scales[row] * Kernels.dot(query.vector(), levels, row * padded);
  }

  /** The inner product by levels. */
  float score(float[] vector, int row) {
    return scales[row] * Kernels.dot(vector, levels, row * padded);
  }

  /** Inner products by levels: that of row {@code first + i} goes to i. */
  void score(QueryCode query, int first, int count, float[] scores) {
    Kernels.dots(query.vector(), levels, first * padded, count, scores);
    for (int i = 0; i < count; i++) {
      scores[i] *= scales[first + i];
    }
  }

  /** Standard deviation of the row's estimate for a query of norm 1. */
  float error(int row) {
    return errors[row];
  }

  /** Squared norm. */
  float squares(int row) {
    return squares[row];
  }

  /** A copy of one row, by itself. */
  Codes row(int row) {
    Codes codes = new Codes(1, padded);
    codes.copy(this, row, 1, 0);
    return codes;
  }

  /** {@code [padded]}, a new array. */
  float[] decode(int row) {
    float[] vector = new float[padded];
    Kernels.decode(levels, row * padded, scales[row], vector);
    return vector;
  }

  long memoryBytes() {
    return (long) capacity * rowBytes(padded);
  }
}
