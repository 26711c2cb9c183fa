package dev.freshet.pipeline.ann;

/**
 * Vectors in 8-bit levels, each level in two halves: the high four bits of all rows are scanned,
 * the low four bits are read of the few rows that the scan leaves.
 *
 * <p>Scanned halves lie across: of a group of {@link Kernels#GROUP} rows the first pair of
 * components, then the second, and so on. So one instruction works on as many rows, no row's sum
 * has to be added up across a register, and half of the memory is read. This is the layout of
 * André, Kermarrec and Le Scouarnec, "Cache Locality is not Enough: High-Performance Nearest
 * Neighbor Search with Product Quantization Fast Scan" (VLDB 2015), with products where it has
 * tables.
 *
 * <p>With L = 16 h + l the level of a component, q a query and s the scale of the row,
 *
 * <pre>
 * product   s (16 q.h + q.l)
 * estimate  s (16 q.h + 7.5 sum(q))   as if every l were its mean
 * error     s |q| sqrt((16^2 - 1) / 12)   standard deviation of the estimate
 * </pre>
 *
 * <p>That takes low halves to be uniform, and independent of the query; the rotation of both sees
 * to it. What the query loses in whole numbers adds one or two hundredths to the deviation.
 *
 * <p>One writer; readers see a row once its owner has published it. A row does not change.
 */
final class Codes {
  private static final int HALF_BITS = Kernels.HALF_BITS;
  private static final int LOW = (1 << HALF_BITS) - 1;
  private static final int ROWS = Kernels.GROUP;

  /** What a low half is on average. */
  private static final float MEAN_LOW = LOW / 2f;

  /** Standard deviation of a low half. */
  private static final float DEVIATION_LOW = (float) Math.sqrt(((1 << 2 * HALF_BITS) - 1) / 12.0);

  private final int padded;

  /** Components of which one byte has two: component p, and p + pairs. */
  private final int pairs;

  private final int capacity;

  /**
   * {@code [capacity / ROWS][pairs][ROWS]}: in the low bits the high half of component p, more by
   * {@link Kernels#BIAS}; in the high bits that of component p + pairs.
   */
  private final byte[] high;

  /** {@code [capacity][pairs]}: low halves, likewise. */
  private final byte[] low;

  private final float[] scales;
  private final float[] squares;

  /**
   * @param capacity rows, a multiple of {@link Kernels#GROUP}
   */
  Codes(int capacity, int padded) {
    if (capacity % ROWS != 0) {
      throw new IllegalArgumentException(
          "the capacity must be a multiple of %d, was %d".formatted(ROWS, capacity));
    }
    this.capacity = capacity;
    this.padded = padded;
    this.pairs = padded / 2;
    high = new byte[Math.multiplyExact(capacity, pairs)];
    low = new byte[Math.multiplyExact(capacity, pairs)];
    scales = new float[capacity];
    squares = new float[capacity];
  }

  /** The least capacity for so many rows. */
  static int capacity(int rows) {
    return (rows + ROWS - 1) / ROWS * ROWS;
  }

  /** Writer only. */
  void set(int row, Posting posting) {
    byte[] levels = posting.levels();
    int across = across(row);
    int along = row * pairs;
    int square = 0;
    for (int p = 0; p < pairs; p++) {
      int one = levels[p];
      int two = levels[p + pairs];
      square += one * one + two * two;
      high[across + p * ROWS] = (byte) ((one >> HALF_BITS) + Kernels.BIAS | two & ~LOW);
      low[along + p] = (byte) (one & LOW | two << HALF_BITS);
    }
    scales[row] = posting.scale();
    squares[row] = posting.scale() * posting.scale() * square;
  }

  /** Where the row's first scanned byte is. */
  private int across(int row) {
    return row / ROWS * ROWS * pairs + row % ROWS;
  }

  /** Copies a row. Writer only. */
  void copy(Codes from, int row, int to) {
    int source = from.across(row);
    int target = across(to);
    for (int p = 0; p < pairs; p++) {
      high[target + p * ROWS] = from.high[source + p * ROWS];
    }
    System.arraycopy(from.low, row * pairs, low, to * pairs, pairs);
    scales[to] = from.scales[row];
    squares[to] = from.squares[row];
  }

  /** Copies the first rows to the same places. Writer only. */
  void copyFirst(Codes from, int count) {
    System.arraycopy(from.high, 0, high, 0, capacity(count) * pairs);
    System.arraycopy(from.low, 0, low, 0, count * pairs);
    System.arraycopy(from.scales, 0, scales, 0, count);
    System.arraycopy(from.squares, 0, squares, 0, count);
  }

  /**
   * What inner products are at most, but for one in so many as the slack leaves.
   *
   * @param slack standard deviations to allow
   * @param first a multiple of {@link Kernels#GROUP}
   * @param sums scratch, at least {@link #capacity} of {@code count}
   * @param bounds gets that of row {@code first + i} at i
   */
  void bound(QueryCode query, float slack, int first, int count, int[] sums, float[] bounds) {
    Kernels.products(query.levels(), high, first, count, sums);
    float step = (1 << HALF_BITS) * query.step();
    float other = MEAN_LOW * query.sum() + slack * query.norm() * DEVIATION_LOW;
    for (int i = 0; i < count; i++) {
      bounds[i] = scales[first + i] * (step * sums[i] + other);
    }
  }

  /** Standard deviation of the row's estimate for a query of norm 1. */
  float error(int row) {
    return scales[row] * DEVIATION_LOW;
  }

  /** The inner product by levels. */
  float score(float[] vector, int row) {
    return scales[row] * Kernels.dot(vector, levels(row), 0);
  }

  /** {@code [padded]}, a new array. */
  private byte[] levels(int row) {
    byte[] levels = new byte[padded];
    int across = across(row);
    int along = row * pairs;
    for (int p = 0; p < pairs; p++) {
      int above = high[across + p * ROWS];
      int below = low[along + p];
      levels[p] = (byte) ((above - Kernels.BIAS) << HALF_BITS | below & LOW);
      levels[p + pairs] = (byte) (above & ~LOW | below >> HALF_BITS & LOW);
    }
    return levels;
  }

  /** Squared norm. */
  float squares(int row) {
    return squares[row];
  }

  /** {@code [padded]}, a new array. */
  float[] decode(int row) {
    float[] vector = new float[padded];
    Kernels.decode(levels(row), 0, scales[row], vector);
    return vector;
  }

  long memoryBytes() {
    return (long) capacity * (padded + 2 * Float.BYTES);
  }
}
