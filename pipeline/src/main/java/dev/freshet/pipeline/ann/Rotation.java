package dev.freshet.pipeline.ann;

import java.util.Arrays;
import java.util.Random;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * A random orthogonal map, the same for every vector of an index: it spreads what is in a few
 * components over all of them, so that one scale a vector and a few bits a component say much.
 *
 * <p>Rounds of random signs and Walsh-Hadamard transforms of 64 components, which cost a fraction
 * of a product with a random matrix (Ailon and Chazelle, "Approximate Nearest Neighbors and the
 * Fast Johnson-Lindenstrauss Transform", STOC 2006). A block of a round takes eight registers of
 * eight components from all over the vector, so rounds spread a component over 64, 512 and 4,096,
 * or over all where there are fewer. Vectors are padded with zeros to a multiple of 64. It depends
 * on the dimensions alone, and is the same on every machine: where it changes, the format of stores
 * must. Immutable and thread-safe.
 */
final class Rotation {
  /** Components of a block, and what padded vectors are a multiple of. */
  static final int BLOCK = Long.SIZE;

  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_256;
  private static final int LANES = FLOATS.length();
  private static final int ROUNDS = 3;
  private static final long SEED = 0x5eed_0f_f2e5_4e7L;

  /** Lanes that are so far apart, and which of the two gets the difference. */
  private static final VectorShuffle<Float> BY_ONE = across(1);

  private static final FloatVector SIGNS_BY_ONE = signsBy(1);
  private static final VectorShuffle<Float> BY_TWO = across(2);
  private static final FloatVector SIGNS_BY_TWO = signsBy(2);
  private static final VectorShuffle<Float> BY_FOUR = across(4);
  private static final FloatVector SIGNS_BY_FOUR = signsBy(4);

  private final int padded;

  /** {@code [ROUNDS][padded]}: signs times the transform's own scale. */
  private final float[][] signs;

  Rotation(int dimensions) {
    padded = padded(dimensions);
    signs = new float[ROUNDS][padded];
    Random random = new Random(SEED + dimensions);
    float scale = (float) (1 / Math.sqrt(BLOCK));
    for (float[] round : signs) {
      for (int d = 0; d < padded; d++) {
        round[d] = random.nextBoolean() ? scale : -scale;
      }
    }
  }

  /** The dimensions of a rotated vector. */
  static int padded(int dimensions) {
    return (dimensions + BLOCK - 1) / BLOCK * BLOCK;
  }

  int padded() {
    return padded;
  }

  private static VectorShuffle<Float> across(int distance) {
    int[] other = new int[LANES];
    Arrays.setAll(other, lane -> lane ^ distance);
    return VectorShuffle.fromArray(FLOATS, other, 0);
  }

  private static FloatVector signsBy(int distance) {
    float[] byLane = new float[LANES];
    for (int lane = 0; lane < LANES; lane++) {
      byLane[lane] = (lane & distance) == 0 ? 1 : -1;
    }
    return FloatVector.fromArray(FLOATS, byLane, 0);
  }

  /**
   * @param vector {@code [dimensions]}; not changed
   * @return {@code [padded]}, a new array
   */
  float[] rotate(float[] vector) {
    float[] in = Arrays.copyOf(vector, padded);
    float[] out = new float[padded];
    for (float[] round : signs) {
      for (int block = 0; block < padded; block += BLOCK) {
        transform(in, block / LANES, padded / LANES, round, out, block);
      }
      lanes(out);
      float[] swap = in;
      in = out;
      out = swap;
    }
    return in;
  }

  /**
   * Of one block the transform of its registers, which lie evenly all over the vector.
   *
   * @param from where the first of them begins
   * @param apart how far the next one is from each
   * @param to where the block is put
   */
  private static void transform(
      float[] in, int from, int apart, float[] round, float[] out, int to) {
    FloatVector a = load(in, round, from);
    FloatVector b = load(in, round, from + apart);
    FloatVector c = load(in, round, from + 2 * apart);
    FloatVector d = load(in, round, from + 3 * apart);
    FloatVector e = load(in, round, from + 4 * apart);
    FloatVector f = load(in, round, from + 5 * apart);
    FloatVector g = load(in, round, from + 6 * apart);
    FloatVector h = load(in, round, from + 7 * apart);
    FloatVector ae = a.add(e);
    FloatVector bf = b.add(f);
    FloatVector cg = c.add(g);
    FloatVector dh = d.add(h);
    store(out, to, ae.add(cg), bf.add(dh));
    store(out, to + 2 * LANES, ae.sub(cg), bf.sub(dh));
    a = a.sub(e);
    b = b.sub(f);
    c = c.sub(g);
    d = d.sub(h);
    store(out, to + 4 * LANES, a.add(c), b.add(d));
    store(out, to + 6 * LANES, a.sub(c), b.sub(d));
  }

  private static FloatVector load(float[] in, float[] round, int at) {
    return FloatVector.fromArray(FLOATS, in, at).mul(FloatVector.fromArray(FLOATS, round, at));
  }

  /** Sum and difference. */
  private static void store(float[] out, int at, FloatVector one, FloatVector two) {
    one.add(two).intoArray(out, at);
    one.sub(two).intoArray(out, at + LANES);
  }

  /**
   * The transform of the lanes of each register. A product with 1 or -1 is exact, so each step
   * rounds as an addition does. A loop of its own: in a larger method the compiler would not keep
   * everything in registers.
   */
  private static void lanes(float[] all) {
    for (int d = 0; d < all.length; d += LANES) {
      FloatVector register = FloatVector.fromArray(FLOATS, all, d);
      FloatVector one = register.fma(SIGNS_BY_ONE, register.rearrange(BY_ONE));
      FloatVector two = one.fma(SIGNS_BY_TWO, one.rearrange(BY_TWO));
      two.fma(SIGNS_BY_FOUR, two.rearrange(BY_FOUR)).intoArray(all, d);
    }
  }
}
