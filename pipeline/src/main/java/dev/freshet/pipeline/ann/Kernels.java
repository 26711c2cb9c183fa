package dev.freshet.pipeline.ann;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
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

  /** Rows whose scanned halves lie side by side. */
  static final int GROUP = 32;

  /** What is added to a high half so that it is not negative: none is farther from zero. */
  static final int BIAS = 8;

  /** Pairs of components whose products are added up in 16 bits. */
  static final int PART = 128;

  /** Bits of either half of a level. */
  static final int HALF_BITS = 4;

  private static final short LOW_BITS = (1 << HALF_BITS) - 1;

  private static final VectorSpecies<Short> SHORTS =
      FLOATS == FloatVector.SPECIES_512 ? ShortVector.SPECIES_512 : ShortVector.SPECIES_256;

  /** As many bytes as there are shorts. */
  private static final VectorSpecies<Byte> PACKED =
      FLOATS == FloatVector.SPECIES_512 ? ByteVector.SPECIES_256 : ByteVector.SPECIES_128;

  private static final VectorSpecies<Integer> INTS =
      FLOATS == FloatVector.SPECIES_512 ? IntVector.SPECIES_512 : IntVector.SPECIES_256;

  /** A group, or half of one. */
  private static final int ROWS_AT_A_TIME = SHORTS.length();

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
   * Products of a query with the scanned halves of rows; see {@link Codes}.
   *
   * @param query {@code [2 * pairs]}, such that the products with each {@link #PART} fit into 16
   *     bits
   * @param halves {@code [..][pairs][GROUP]}
   * @param first row to begin with, a multiple of {@link #GROUP}
   * @param sums gets that of row {@code first + i} at i; has room for whole groups
   */
  static void products(short[] query, byte[] halves, int first, int count, int[] sums) {
    int pairs = query.length / 2;
    Arrays.fill(sums, 0, Codes.capacity(count), 0);
    for (int from = 0; from < pairs; from += PART) {
      int to = Math.min(pairs, from + PART);
      int bias = 0;
      for (int p = from; p < to; p++) {
        bias += BIAS * query[p];
      }
      for (int i = 0; i < count; i += ROWS_AT_A_TIME) {
        int row = first + i;
        int at = row / GROUP * GROUP * pairs + row % GROUP;
        addProducts(query, halves, at, from, to, (short) bias, sums, i);
      }
    }
  }

  /**
   * @param at of the first of the rows, its first pair
   * @param bias what the part's sums are too large by. Sums may overflow on the way: what they are
   *     in the end fits
   */
  private static void addProducts(
      short[] query, byte[] halves, int at, int from, int to, short bias, int[] sums, int i) {
    int pairs = query.length / 2;
    ShortVector a = ShortVector.zero(SHORTS);
    ShortVector b = a;
    ShortVector c = a;
    ShortVector e = a;
    for (int p = from; p < to; p += 2) {
      ShortVector one = halves(halves, at + p * GROUP);
      ShortVector two = halves(halves, at + (p + 1) * GROUP);
      a = a.add(one.and(LOW_BITS).mul(query[p]));
      b = b.add(one.lanewise(VectorOperators.ASHR, HALF_BITS).mul(query[p + pairs]));
      c = c.add(two.and(LOW_BITS).mul(query[p + 1]));
      e = e.add(two.lanewise(VectorOperators.ASHR, HALF_BITS).mul(query[p + 1 + pairs]));
    }
    ShortVector all = a.add(b).add(c.add(e)).sub(bias);
    for (int part = 0; part < 2; part++) {
      int to32 = i + part * INTS.length();
      ((IntVector) all.castShape(INTS, part))
          .add(IntVector.fromArray(INTS, sums, to32))
          .intoArray(sums, to32);
    }
  }

  private static ShortVector halves(byte[] halves, int at) {
    return (ShortVector) ByteVector.fromArray(PACKED, halves, at).castShape(SHORTS, 0);
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
}
