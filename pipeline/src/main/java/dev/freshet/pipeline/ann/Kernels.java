package dev.freshet.pipeline.ann;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
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

  /** The bytes of a register of floats. */
  private static final VectorSpecies<Byte> FLOAT_BYTES =
      WIDE ? ByteVector.SPECIES_512 : ByteVector.SPECIES_256;

  private static final int LANES = FLOATS.length();

  /**
   * Whether lookups are in 512 bits. Without AVX-512 VBMI, which a program cannot ask for, JDK 17
   * has no instructions for that and falls back to plain Java; JDK 25 has some.
   */
  private static final boolean WIDE_LOOKUPS = WIDE && Runtime.version().feature() >= 25;

  /** Bytes that are looked up at once, and the tables that they are looked up in. */
  private static final VectorSpecies<Byte> LOOKUPS =
      WIDE_LOOKUPS ? ByteVector.SPECIES_512 : ByteVector.SPECIES_256;

  private static final VectorSpecies<Short> LOOKUP_SHORTS =
      WIDE_LOOKUPS ? ShortVector.SPECIES_512 : ShortVector.SPECIES_256;

  /** As many shorts as half of a group has rows. */
  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_256;

  private static final VectorSpecies<Integer> INTS =
      WIDE ? IntVector.SPECIES_512 : IntVector.SPECIES_256;

  /**
   * Rows whose sketches are looked up at once. A cell's last group is not full, and the larger
   * groups are, the more of it is in vain: wider registers look up more bytes of as many rows.
   */
  static final int GROUP = 2 * SHORTS.length();

  /** Bytes of each row of a group that are looked up at once. */
  private static final int BYTES_AT_ONCE = LOOKUPS.length() / GROUP;

  /** Shorts that {@link #lookUp} makes of a group. */
  static final int SUMS = 2 * LOOKUP_SHORTS.length();

  private static final byte LOW_BITS = QueryCode.ENTRIES - 1;

  private static final int HALF_BITS = 4;

  /** Where the table of a byte's low pair begins in a register of tables, and that of its high. */
  private static final ByteVector LOW_STARTS = tableStarts(0);

  private static final ByteVector HIGH_STARTS = tableStarts(1);

  /**
   * Floats of this size are whole numbers, so that a smaller one which is added, up to a third of
   * it, is rounded to the nearest: JDK 17 has no cast from floats to whole numbers.
   */
  private static final float WHOLE = 1.5f * (1 << 23);

  private static final int UNSIGNED_SHORT = 0xffff;

  /** Of four entries each: those of one code of the second component. */
  private static final int INTS_PER_TABLE = QueryCode.ENTRIES / Integer.BYTES;

  /** Of so many components the first ones of pairs, each for all ints of its table; later pairs. */
  private static final VectorShuffle<Integer> FIRST = components(0, 0);

  private static final VectorShuffle<Integer> FIRST_LATER = components(LANES / 2, 0);

  /** The second ones of pairs. */
  private static final VectorShuffle<Integer> SECOND = components(0, 1);

  private static final VectorShuffle<Integer> SECOND_LATER = components(LANES / 2, 1);

  /** By how many bits the byte of an int's code of the second component must be moved. */
  private static final IntVector SHIFTS =
      (IntVector) IntVector.zero(INTS).addIndex(1).and(QueryCode.RANGE).mul(Byte.SIZE);

  private static final int LOW_BYTE = 0xff;

  private static final int EVERY_BYTE = 0x01010101;

  /** What entries are computed in, of what they are. */
  private static final int FRACTIONS = 1 << Byte.SIZE;

  private Kernels() {}

  /** So many rows, and what is missing for the last group to be whole. */
  static int wholeGroups(int rows) {
    return (rows + GROUP - 1) / GROUP * GROUP;
  }

  /** Takes another vector of the same padded length off one. */
  static void subtract(float[] from, float[] other) {
    subtract(from, 0, other);
  }

  /** Takes values, of a padded length, off those from {@code at} on. */
  static void subtract(float[] from, int at, float[] other) {
    for (int i = 0; i < other.length; i += LANES) {
      load(from, at + i).sub(load(other, i)).intoArray(from, at + i);
    }
  }

  /** Where the largest of values of a padded length is, the first of equals. */
  static int indexOfMost(float[] values) {
    FloatVector all = load(values, 0);
    for (int i = LANES; i < values.length; i += LANES) {
      all = all.max(load(values, i));
    }
    float most = all.reduceLanes(VectorOperators.MAX);
    for (int i = 0; i < values.length; i += LANES) {
      VectorMask<Float> found = load(values, i).compare(VectorOperators.EQ, most);
      if (found.anyTrue()) {
        return i + found.firstTrue();
      }
    }
    return 0; // Some are not numbers: none is the largest.
  }

  /**
   * Inner product of a vector with a row of levels, without the row's scale.
   *
   * @param vector {@code [padded]}
   * @param levels has the row from {@code at} on, {@code [padded]}
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
   * @param levels has the row from {@code at} on, {@code [padded]}
   * @param scale what a level stands for
   * @param to gets the row, {@code [padded]}
   */
  static void decode(byte[] levels, int at, float scale, float[] to) {
    for (int d = 0; d < to.length; d += LANES) {
      row(levels, at + d).mul(scale).intoArray(to, d);
    }
  }

  /**
   * Components as levels, rounded to the nearest.
   *
   * @param vector {@code [padded]}
   * @param inverse of what a level stands for
   * @param levels gets them, {@code [padded]}
   */
  static void levels(float[] vector, float inverse, byte[] levels) {
    for (int d = 0; d < vector.length; d += LANES) {
      ((ByteVector) load(vector, d).mul(inverse).add(WHOLE).reinterpretAsInts().castShape(BYTES, 0))
          .intoArray(levels, d);
    }
  }

  /**
   * What a vector comes to.
   *
   * @param square of its norm
   * @param sum of the components' absolute values
   * @param largest of these
   */
  record Size(float square, float sum, float largest) {}

  /**
   * All of it in one loop: where a method comes to have more than two, C2 of JDK 25 makes of one of
   * them what takes ten times as long.
   */
  static Size size(float[] vector) {
    FloatVector square = FloatVector.zero(FLOATS);
    FloatVector sum = square;
    FloatVector largest = square;
    for (int d = 0; d < vector.length; d += LANES) {
      FloatVector component = load(vector, d);
      FloatVector absolute = component.abs();
      square = component.fma(component, square);
      sum = sum.add(absolute);
      largest = largest.max(absolute);
    }
    return new Size(
        square.reduceLanes(VectorOperators.ADD),
        sum.reduceLanes(VectorOperators.ADD),
        largest.reduceLanes(VectorOperators.MAX));
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

  /**
   * What a vector differs from another by in two bits a component: see {@link Sketches}.
   *
   * @param inverse of the root mean square of the difference's components
   * @param codes gets 0 for -1.5 and so on up to 3, {@code [padded]}
   * @return inner product of the codes, as what they stand for, and the difference times {@code
   *     inverse}
   */
  static float quantise(float[] vector, float[] centre, float inverse, byte[] codes) {
    FloatVector along = FloatVector.zero(FLOATS);
    for (int d = 0; d < vector.length; d += LANES) {
      FloatVector component = load(vector, d).sub(load(centre, d)).mul(inverse);
      FloatVector near = component.max(-QueryCode.LARGEST).min(QueryCode.LARGEST);
      FloatVector code = near.add(QueryCode.LARGEST).add(WHOLE);
      along = code.sub(WHOLE).sub(QueryCode.LARGEST).fma(component, along);
      // The lowest bits of such a number are those of the code.
      ((ByteVector) code.reinterpretAsInts().and(QueryCode.RANGE).castShape(BYTES, 0))
          .intoArray(codes, d);
    }
    return along.reduceLanes(VectorOperators.ADD);
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

  private static VectorShuffle<Integer> components(int from, int ofPair) {
    int[] of = new int[LANES];
    for (int lane = 0; lane < LANES; lane++) {
      of[lane] = from + lane / INTS_PER_TABLE * 2 + ofPair;
    }
    return VectorShuffle.fromArray(INTS, of, 0);
  }

  /**
   * See {@link QueryCode#tables}.
   *
   * @param inverse of what 1 in a table stands for
   */
  static byte[] tables(float[] query, float inverse) {
    byte[] tables = new byte[query.length / 2 * QueryCode.ENTRIES];
    for (int d = 0; d < query.length; d += LANES) {
      tabulate(load(query, d).mul(inverse).mul(FRACTIONS), tables, d / 2 * QueryCode.ENTRIES);
    }
    return tables;
  }

  /**
   * What each component contributes with a code of 0 to 3, the least of it 0, in four bytes; an
   * entry is the sum of one of them and one of the next component's.
   */
  private static void tabulate(FloatVector components, byte[] tables, int at) {
    IntVector once = components.add(WHOLE).reinterpretAsInts().sub(Float.floatToRawIntBits(WHOLE));
    IntVector none = once.min(0).mul(-QueryCode.RANGE).add(FRACTIONS / 2);
    IntVector one = none.add(once);
    IntVector two = one.add(once);
    IntVector three = two.add(once);
    IntVector four =
        entries(none)
            .or(entries(one).lanewise(VectorOperators.LSHL, Byte.SIZE))
            .or(entries(two).lanewise(VectorOperators.LSHL, 2 * Byte.SIZE))
            .or(entries(three).lanewise(VectorOperators.LSHL, 3 * Byte.SIZE));
    sums(four.rearrange(FIRST), four.rearrange(SECOND)).intoArray(tables, at);
    sums(four.rearrange(FIRST_LATER), four.rearrange(SECOND_LATER))
        .intoArray(tables, at + LANES * Integer.BYTES);
  }

  private static IntVector entries(IntVector fractions) {
    return fractions.lanewise(VectorOperators.LSHR, Byte.SIZE);
  }

  /** Entries: in each lane all four of a first component, and one of the second. */
  private static ByteVector sums(IntVector first, IntVector second) {
    return second
        .lanewise(VectorOperators.LSHR, SHIFTS)
        .and(LOW_BYTE)
        .mul(EVERY_BYTE)
        .add(first)
        .reinterpretAsBytes();
  }

  private static ByteVector tableStarts(int half) {
    byte[] starts = new byte[LOOKUPS.length()];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = (byte) ((i / GROUP * 2 + half) * QueryCode.ENTRIES);
    }
    return ByteVector.fromArray(LOOKUPS, starts, 0);
  }

  /**
   * Sums of what the rows of a group have in the tables of a query; see {@link Sketches}. A group
   * by itself: in a larger method the compiler would not keep everything in registers.
   *
   * @param tables {@code [2 * bytes][ENTRIES]}, any two entries of which come to 255 at most
   * @param groups has the rows' pairs from {@code at} on, {@code [bytes][GROUP]}
   * @param sums gets them for {@link #scale}, {@code [SUMS]}: those of even places, then those of
   *     odd ones, each in as many parts as there are bytes at once
   */
  static void lookUp(byte[] tables, byte[] groups, int at, int bytes, short[] sums) {
    ShortVector all = ShortVector.zero(LOOKUP_SHORTS);
    ShortVector odd = all;
    for (int b = 0; b < bytes; b += BYTES_AT_ONCE) {
      ByteVector packed = ByteVector.fromArray(LOOKUPS, groups, at + b * GROUP);
      ByteVector above =
          packed
              .reinterpretAsShorts()
              .lanewise(VectorOperators.LSHR, HALF_BITS)
              .reinterpretAsBytes();
      ByteVector entries = ByteVector.fromArray(LOOKUPS, tables, 2 * b * QueryCode.ENTRIES);
      ByteVector low = packed.and(LOW_BITS).or(LOW_STARTS).selectFrom(entries);
      ByteVector high = above.and(LOW_BITS).or(HIGH_STARTS).selectFrom(entries);
      ShortVector both = low.add(high).reinterpretAsShorts();
      all = all.add(both);
      odd = odd.add(both.lanewise(VectorOperators.LSHR, Byte.SIZE));
    }
    // Sums of even places, and 256 times those of odd ones, of which only the low bits are left.
    all.sub(odd.lanewise(VectorOperators.LSHL, Byte.SIZE)).intoArray(sums, 0);
    odd.intoArray(sums, LOOKUP_SHORTS.length());
  }

  /**
   * Where values are that reach a limit, in their order. Few do, so each register is asked where
   * its first and its last are; which of those between do cannot be predicted, so that is found
   * without a branch.
   *
   * @param values has room for whole groups
   * @param places gets them; has room for all
   * @return how many there are
   */
  static int atLeast(float[] values, int count, float limit, int[] places) {
    int found = 0;
    for (int from = 0; from < count; from += LANES) {
      VectorMask<Float> reached = load(values, from).compare(VectorOperators.GE, limit);
      int end = Math.min(count, from + reached.lastTrue() + 1);
      for (int i = from + reached.firstTrue(); i < end; i++) {
        places[found] = i;
        found += values[i] >= limit ? 1 : 0;
      }
    }
    return found;
  }

  /**
   * Bounds of a group from its sums: {@code gain * (step * sum + offset)}.
   *
   * @param sums as {@link #lookUp} leaves them
   * @param groups has the rows' gains as floats from {@code at} on
   * @param bounds gets them from {@code to} on
   */
  static void scale(
      short[] sums, byte[] groups, int at, float step, float offset, float[] bounds, int to) {
    for (int half = 0; half < 2; half++) {
      ShortVector sum = sum(sums, half * LOOKUP_SHORTS.length());
      for (int part = 0; part < SHORTS.length() / LANES; part++) {
        IntVector whole = ((IntVector) sum.castShape(INTS, part)).and(UNSIGNED_SHORT);
        int row = half * SHORTS.length() + part * LANES;
        FloatVector gains =
            ByteVector.fromArray(FLOAT_BYTES, groups, at + row * Float.BYTES).reinterpretAsFloats();
        ((FloatVector) whole.castShape(FLOATS, 0))
            .mul(step)
            .add(offset)
            .mul(gains)
            .intoArray(bounds, to + row);
      }
    }
  }

  /**
   * Over all parts: sums of the rows in even places, or of those in odd ones, which begin there.
   */
  private static ShortVector sum(short[] sums, int at) {
    ShortVector sum = ShortVector.fromArray(SHORTS, sums, at);
    for (int part = 1; part < BYTES_AT_ONCE; part++) {
      sum = sum.add(ShortVector.fromArray(SHORTS, sums, at + part * SHORTS.length()));
    }
    return sum;
  }
}
