package dev.freshet.pipeline.ann;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The inner loops of a search over codes. Stateless and thread-safe. */
final class Kernels {
  /** Padded lengths are multiples of four of the longer ones. */
  private static final VectorSpecies<Float> FLOATS =
      FloatVector.SPECIES_PREFERRED.length() >= FloatVector.SPECIES_512.length()
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_256;

  /** As many bytes as there are floats. */
  private static final VectorSpecies<Byte> BYTES =
      FLOATS == FloatVector.SPECIES_512 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;

  private static final int LANES = FLOATS.length();
  private static final int PLANES = QueryCode.PLANES;

  private Kernels() {}

  /**
   * Inner product of a vector with a row of levels, without the row's scale.
   *
   * @param vector {@code [padded]}
   * @param levels rows {@code [..][padded]}
   * @param at where the row begins
   */
  static float dot(float[] vector, byte[] levels, int at) {
    FloatVector a = FloatVector.zero(FLOATS);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector e = a;
    for (int d = 0; d < vector.length; d += 4 * LANES) {
      a = row(levels, at + d).fma(load(vector, d), a);
      b = row(levels, at + d + LANES).fma(load(vector, d + LANES), b);
      c = row(levels, at + d + 2 * LANES).fma(load(vector, d + 2 * LANES), c);
      e = row(levels, at + d + 3 * LANES).fma(load(vector, d + 3 * LANES), e);
    }
    return a.add(b).add(c.add(e)).reduceLanes(VectorOperators.ADD);
  }

  /**
   * Inner products of a vector with rows of levels that follow each other, without their scales.
   *
   * @param at where the first row begins
   * @param products gets that of the i-th row at i
   */
  static void dots(float[] vector, byte[] levels, int at, int count, float[] products) {
    for (int i = 0; i < count; i++) {
      products[i] = dot(vector, levels, at + i * vector.length);
    }
  }

  /**
   * A row of levels as floats.
   *
   * @param levels rows {@code [..][padded]}
   * @param at where the row begins
   * @param scale what a level stands for
   * @param to gets the row, {@code [padded]}
   */
  static void decode(byte[] levels, int at, float scale, float[] to) {
    for (int d = 0; d < to.length; d += LANES) {
      row(levels, at + d).mul(scale).intoArray(to, d);
    }
  }

  /** The largest absolute value of a component. */
  static float largest(float[] vector) {
    FloatVector a = FloatVector.zero(FLOATS);
    FloatVector b = a;
    for (int d = 0; d < vector.length; d += 2 * LANES) {
      a = a.max(load(vector, d).abs());
      b = b.max(load(vector, d + LANES).abs());
    }
    return a.max(b).reduceLanes(VectorOperators.MAX);
  }

  private static FloatVector row(byte[] levels, int at) {
    return (FloatVector) ByteVector.fromArray(BYTES, levels, at).castShape(FLOATS, 0);
  }

  private static FloatVector load(float[] from, int at) {
    return FloatVector.fromArray(FLOATS, from, at);
  }

  /** Inner product of two vectors of the same padded length. */
  static float dot(float[] one, float[] other) {
    FloatVector a = FloatVector.zero(FLOATS);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector e = a;
    for (int d = 0; d < one.length; d += 4 * LANES) {
      a = load(one, d).fma(load(other, d), a);
      b = load(one, d + LANES).fma(load(other, d + LANES), b);
      c = load(one, d + 2 * LANES).fma(load(other, d + 2 * LANES), c);
      e = load(one, d + 3 * LANES).fma(load(other, d + 3 * LANES), e);
    }
    return a.add(b).add(c.add(e)).reduceLanes(VectorOperators.ADD);
  }

  /**
   * Sums, over the components whose sign is positive, the levels of the query.
   *
   * @param planes {@code [words][PLANES]}
   * @param bits rows {@code [..][words]}
   * @param first row to begin with
   * @param sums gets that of row {@code first + i} at i
   */
  static void levelSums(long[] planes, long[] bits, int words, int first, int count, int[] sums) {
    Arrays.fill(sums, 0, count, 0);
    int word = 0;
    for (; word + 6 <= words; word += 6) {
      add6(planes, word, bits, words, first, count, sums);
    }
    for (; word + 2 <= words; word += 2) {
      add2(planes, word, bits, words, first, count, sums);
    }
    if (word < words) {
      add1(planes, word, bits, words, first, count, sums);
    }
  }

  private static void add1(
      long[] planes, int word, long[] bits, int words, int first, int count, int[] sums) {
    int p = word * PLANES;
    long p0 = planes[p];
    long p1 = planes[p + 1];
    long p2 = planes[p + 2];
    long p3 = planes[p + 3];
    for (int i = 0; i < count; i++) {
      long x = bits[(first + i) * words + word];
      sums[i] += weigh(ones(x, p0), ones(x, p1), ones(x, p2), ones(x, p3));
    }
  }

  private static void add2(
      long[] planes, int word, long[] bits, int words, int first, int count, int[] sums) {
    int p = word * PLANES;
    long p0 = planes[p];
    long p1 = planes[p + 1];
    long p2 = planes[p + 2];
    long p3 = planes[p + 3];
    long q0 = planes[p + 4];
    long q1 = planes[p + 5];
    long q2 = planes[p + 6];
    long q3 = planes[p + 7];
    for (int i = 0; i < count; i++) {
      int at = (first + i) * words + word;
      long x = bits[at];
      long y = bits[at + 1];
      sums[i] +=
          weigh(
              ones(x, p0) + ones(y, q0),
              ones(x, p1) + ones(y, q1),
              ones(x, p2) + ones(y, q2),
              ones(x, p3) + ones(y, q3));
    }
  }

  /**
   * Six words at once, 384 signs: each row is loaded once, each plane stays in a register or near.
   */
  private static void add6(
      long[] planes, int word, long[] bits, int words, int first, int count, int[] sums) {
    long[] p = Arrays.copyOfRange(planes, word * PLANES, (word + 6) * PLANES);
    long a0 = p[0];
    long a1 = p[1];
    long a2 = p[2];
    long a3 = p[3];
    long b0 = p[4];
    long b1 = p[5];
    long b2 = p[6];
    long b3 = p[7];
    long c0 = p[8];
    long c1 = p[9];
    long c2 = p[10];
    long c3 = p[11];
    long d0 = p[12];
    long d1 = p[13];
    long d2 = p[14];
    long d3 = p[15];
    long e0 = p[16];
    long e1 = p[17];
    long e2 = p[18];
    long e3 = p[19];
    long f0 = p[20];
    long f1 = p[21];
    long f2 = p[22];
    long f3 = p[23];
    for (int i = 0; i < count; i++) {
      int at = (first + i) * words + word;
      long a = bits[at];
      long b = bits[at + 1];
      long c = bits[at + 2];
      long d = bits[at + 3];
      long e = bits[at + 4];
      long f = bits[at + 5];
      sums[i] +=
          weigh(
              ones(a, a0) + ones(b, b0) + ones(c, c0) + ones(d, d0) + ones(e, e0) + ones(f, f0),
              ones(a, a1) + ones(b, b1) + ones(c, c1) + ones(d, d1) + ones(e, e1) + ones(f, f1),
              ones(a, a2) + ones(b, b2) + ones(c, c2) + ones(d, d2) + ones(e, e2) + ones(f, f2),
              ones(a, a3) + ones(b, b3) + ones(c, c3) + ones(d, d3) + ones(e, e3) + ones(f, f3));
    }
  }

  /**
   * Counts the signs in which rows differ from another one.
   *
   * @param one {@code [words]}
   * @param bits rows {@code [..][words]}
   * @param sums gets that of row i at i
   */
  static void differences(long[] one, long[] bits, int words, int count, int[] sums) {
    for (int i = 0; i < count; i++) {
      int sum = 0;
      for (int word = 0; word < words; word++) {
        sum += Long.bitCount(one[word] ^ bits[i * words + word]);
      }
      sums[i] = sum;
    }
  }

  private static int ones(long bits, long plane) {
    return Long.bitCount(bits & plane);
  }

  private static int weigh(int plane0, int plane1, int plane2, int plane3) {
    return plane0 + 2 * plane1 + 4 * plane2 + 8 * plane3;
  }
}
