package dev.freshet.pipeline.ann;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The inner loops of a search over codes. Stateless and thread-safe. */
final class Kernels {
  private static final boolean WIDE =
      FloatVector.SPECIES_PREFERRED.length() >= FloatVector.SPECIES_512.length();

  /** Padded lengths are multiples of four of the longer ones. */
  private static final VectorSpecies<Float> FLOATS =
      WIDE ? FloatVector.SPECIES_512 : FloatVector.SPECIES_256;

  /** As many bytes as there are floats. */
  private static final VectorSpecies<Byte> BYTES =
      WIDE ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;

  private static final int LANES = FLOATS.length();

  /**
   * Wider registers look up more at once, but a cell's last group is not full, and the larger
   * groups are, the more of it is in vain.
   */
  private static final VectorSpecies<Byte> TABLE_ROWS = ByteVector.SPECIES_256;

  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_256;

  private static final VectorSpecies<Integer> INTS =
      WIDE ? IntVector.SPECIES_512 : IntVector.SPECIES_256;

  /** Rows whose sketches are looked up at once. */
  static final int GROUP = TABLE_ROWS.length();

  private static final byte LOW_BITS = QueryCode.ENTRIES - 1;

  private static final int HALF_BITS = 4;

  private static final int UNSIGNED_SHORT = 0xffff;

  /** Of an entry of a table, as numbers from 0 on: its first component, and its second. */
  private static final short[] FIRST = new short[QueryCode.ENTRIES];

  private static final short[] SECOND = new short[QueryCode.ENTRIES];

  static {
    for (int entry = 0; entry < QueryCode.ENTRIES; entry++) {
      FIRST[entry] = (short) (entry % (QueryCode.RANGE + 1));
      SECOND[entry] = (short) (entry / (QueryCode.RANGE + 1));
    }
  }

  /** As many shorts, and as many bytes, as a table has entries. */
  private static final VectorSpecies<Short> ENTRY_SHORTS = ShortVector.SPECIES_256;

  private static final VectorSpecies<Byte> ENTRY_BYTES = ByteVector.SPECIES_128;

  /** What entries are computed in, of what they are. */
  private static final int FRACTIONS = 1 << Byte.SIZE;

  private Kernels() {}

  /** So many rows, and what is missing for the last group to be whole. */
  static int wholeGroups(int rows) {
    return (rows + GROUP - 1) / GROUP * GROUP;
  }

  /** Takes another vector of the same padded length off one. */
  static void subtract(float[] from, float[] other) {
    for (int d = 0; d < from.length; d += LANES) {
      load(from, d).sub(load(other, d)).intoArray(from, d);
    }
  }

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

  /** Of the absolute values of all components. */
  static float absoluteSum(float[] vector) {
    FloatVector a = FloatVector.zero(FLOATS);
    FloatVector b = a;
    for (int d = 0; d < vector.length; d += 2 * LANES) {
      a = a.add(load(vector, d).abs());
      b = b.add(load(vector, d + LANES).abs());
    }
    return a.add(b).reduceLanes(VectorOperators.ADD);
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

  /** Of two vectors of the same padded length. */
  static float squaredDistance(float[] one, float[] other) {
    FloatVector a = FloatVector.zero(FLOATS);
    FloatVector b = a;
    for (int d = 0; d < one.length; d += 2 * LANES) {
      FloatVector first = load(one, d).sub(load(other, d));
      FloatVector second = load(one, d + LANES).sub(load(other, d + LANES));
      a = first.fma(first, a);
      b = second.fma(second, b);
    }
    return a.add(b).reduceLanes(VectorOperators.ADD);
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
   * Where a row of a group has its bytes: sums of the rows in even places come out of the lookups
   * first, then those of the rows in odd places.
   */
  static int place(int row) {
    return row % (GROUP / 2) * 2 + row / (GROUP / 2);
  }

  /**
   * See {@link QueryCode#tables}.
   *
   * @param inverse of what 1 in a table stands for
   */
  static byte[] tables(float[] query, float inverse) {
    byte[] tables = new byte[query.length / 2 * QueryCode.ENTRIES + GROUP];
    for (int d = 0, at = 0; d < query.length; d += 2, at += QueryCode.ENTRIES) {
      // Whole numbers, since JDK 17 has no cast from floats to few bits.
      int one = fractions(query[d] * inverse);
      int two = fractions(query[d + 1] * inverse);
      int least = QueryCode.RANGE * (Math.min(0, one) + Math.min(0, two));
      tabulate(tables, at, one, two, FRACTIONS / 2 - least);
    }
    return tables;
  }

  private static int fractions(float entries) {
    return (int) (entries * FRACTIONS + (entries < 0 ? -0.5f : 0.5f));
  }

  /**
   * Sixteen sums of what two components contribute, the least of them 0; without signs they fit.
   */
  private static void tabulate(byte[] tables, int at, int one, int two, int base) {
    ShortVector first = ShortVector.fromArray(ENTRY_SHORTS, FIRST, 0).mul((short) one);
    ShortVector second = ShortVector.fromArray(ENTRY_SHORTS, SECOND, 0).mul((short) two);
    ((ByteVector)
            first
                .add(second)
                .add((short) base)
                .lanewise(VectorOperators.LSHR, Byte.SIZE)
                .castShape(ENTRY_BYTES, 0))
        .intoArray(tables, at);
  }

  /**
   * Sums of what rows have in the tables of a query; see {@link Sketches}.
   *
   * @param tables {@code [2 * bytes][ENTRIES]} and more
   * @param pairs {@code [..][bytes][GROUP]}
   * @param first a multiple of GROUP
   * @param sums gets that of row {@code first + i}, without a sign, at i; has room for whole groups
   */
  static void lookUp(byte[] tables, byte[] pairs, int first, int count, short[] sums) {
    int bytes = (tables.length - GROUP) / (2 * QueryCode.ENTRIES);
    for (int i = 0; i < count; i += GROUP) {
      lookUp(tables, pairs, (first + i) * bytes, bytes, sums, i);
    }
  }

  /** A group by itself: in a larger method the compiler would not keep everything in registers. */
  private static void lookUp(byte[] tables, byte[] pairs, int at, int bytes, short[] sums, int to) {
    ShortVector all = ShortVector.zero(SHORTS);
    ShortVector odd = all;
    ShortVector allHigh = all;
    ShortVector oddHigh = all;
    for (int b = 0; b < bytes; b++) {
      ByteVector packed = ByteVector.fromArray(TABLE_ROWS, pairs, at + b * GROUP);
      ByteVector above =
          packed
              .reinterpretAsShorts()
              .lanewise(VectorOperators.LSHR, HALF_BITS)
              .reinterpretAsBytes();
      ShortVector low = lookUp(tables, 2 * b, packed);
      ShortVector high = lookUp(tables, 2 * b + 1, above);
      all = all.add(low);
      odd = odd.add(low.lanewise(VectorOperators.LSHR, Byte.SIZE));
      allHigh = allHigh.add(high);
      oddHigh = oddHigh.add(high.lanewise(VectorOperators.LSHR, Byte.SIZE));
    }
    odd = odd.add(oddHigh);
    // Sums of even places, and 256 times those of odd ones, of which only the low bits are left.
    all.add(allHigh).sub(odd.lanewise(VectorOperators.LSHL, Byte.SIZE)).intoArray(sums, to);
    odd.intoArray(sums, to + GROUP / 2);
  }

  private static ShortVector lookUp(byte[] tables, int table, ByteVector entries) {
    return ByteVector.fromArray(TABLE_ROWS, tables, table * QueryCode.ENTRIES)
        .rearrange(entries.and(LOW_BITS).toShuffle())
        .reinterpretAsShorts();
  }

  /**
   * Where values are that reach a limit, in their order. Few do, so registers are asked whether any
   * of theirs does; which of them cannot be predicted, so that is found without a branch.
   *
   * @param values has room for whole groups
   * @param places gets them; has room for all
   * @return how many there are
   */
  static int atLeast(float[] values, int count, float limit, int[] places) {
    int found = 0;
    for (int from = 0; from < count; from += LANES) {
      if (load(values, from).compare(VectorOperators.GE, limit).anyTrue()) {
        int end = Math.min(count, from + LANES);
        for (int i = from; i < end; i++) {
          places[found] = i;
          found += values[i] >= limit ? 1 : 0;
        }
      }
    }
    return found;
  }

  /**
   * @param gains has room for whole groups from {@code first} on, as bounds have from {@code to} on
   * @param bounds gets {@code gain * (step * sum + offset)} of row {@code first + i} at {@code to +
   *     i}
   */
  static void scale(
      short[] sums,
      float[] gains,
      int first,
      int count,
      float step,
      float offset,
      float[] bounds,
      int to) {
    for (int i = 0; i < count; i += SHORTS.length()) {
      ShortVector sum = ShortVector.fromArray(SHORTS, sums, i);
      for (int part = 0; part < SHORTS.length() / LANES; part++) {
        IntVector whole = ((IntVector) sum.castShape(INTS, part)).and(UNSIGNED_SHORT);
        ((FloatVector) whole.castShape(FLOATS, 0))
            .mul(step)
            .add(offset)
            .mul(load(gains, first + i + part * LANES))
            .intoArray(bounds, to + i + part * LANES);
      }
    }
  }
}
