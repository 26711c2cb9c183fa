package dev.freshet.pipeline.ann;

/**
 * Vectors by their signs: one bit a component, which tells roughly how near two of them are.
 *
 * <p>For components of a normal distribution and an angle a between two vectors, signs agree with
 * probability 1 - a / pi. With x a vector and |x|^2 / |x|_1 its gain, the surplus of signs that
 * agree times both gains is about |x||y| (pi/2 - a), which is no less than the inner product where
 * that is positive, and its standard deviation is what one component in sqrt(D) contributes. Gains
 * are those of RaBitQ (Gao and Long, SIGMOD 2024), without the paper's normalisation.
 *
 * <p>Immutable once it is filled; thread-safe then.
 */
final class Signs {
  private final int padded;
  private final int words;

  /** {@code [rows][words]}. */
  private final long[] bits;

  private final float[] gains;

  Signs(int rows, int padded) {
    this.padded = padded;
    this.words = padded / Long.SIZE;
    bits = new long[rows * words];
    gains = new float[rows];
  }

  /** Of one vector. */
  static Signs of(float[] vector) {
    Signs signs = new Signs(1, vector.length);
    signs.set(0, vector);
    return signs;
  }

  void set(int row, float[] vector) {
    float absolute = 0;
    float square = 0;
    for (int word = 0; word < words; word++) {
      long sign = 0;
      for (int bit = 0; bit < Long.SIZE; bit++) {
        float component = vector[word * Long.SIZE + bit];
        absolute += Math.abs(component);
        square += component * component;
        sign |= (long) (~Float.floatToRawIntBits(component) >>> (Integer.SIZE - 1)) << bit;
      }
      bits[row * words + word] = sign;
    }
    gains[row] = absolute == 0 ? 0 : square / absolute;
  }

  void copy(Signs from, int first, int count, int to) {
    System.arraycopy(from.bits, first * words, bits, to * words, count * words);
    System.arraycopy(from.gains, first, gains, to, count);
  }

  /**
   * What inner products with one vector are at most.
   *
   * @param one the vector, the only row
   * @param slack standard deviations to allow
   * @param sums scratch, at least {@code count}
   * @param at where in {@code bounds} the first row's goes
   */
  void bound(Signs one, float slack, int count, int[] sums, int at, float[] bounds) {
    Kernels.differences(one.bits, bits, words, count, sums);
    float allowed = padded + slack * (float) Math.sqrt(padded);
    for (int i = 0; i < count; i++) {
      bounds[at + i] = one.gains[0] * gains[i] * (allowed - 2 * sums[i]);
    }
  }

  long memoryBytes() {
    return (long) bits.length * Long.BYTES + (long) gains.length * Float.BYTES;
  }
}
