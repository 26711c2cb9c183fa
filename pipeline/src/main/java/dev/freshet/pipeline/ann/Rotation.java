package dev.freshet.pipeline.ann;

import java.util.Random;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A random orthogonal map, the same for every vector of an index: it spreads what is in a few
 * components over all of them, so that one scale a vector and a few bits a component say much.
 *
 * <p>Rounds of random signs, Walsh-Hadamard transforms of eight components and a random order,
 * which cost a fraction of a product with a random matrix (Ailon and Chazelle, "Approximate Nearest
 * Neighbors and the Fast Johnson-Lindenstrauss Transform", STOC 2006). Vectors are padded with
 * zeros to a multiple of 64. It depends on the dimensions alone: what was written with it can be
 * read by every later build. Immutable and thread-safe.
 */
final class Rotation {
  /** Components of a block, and what padded vectors are a multiple of. */
  static final int BLOCK = Long.SIZE;

  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_256;
  private static final int LANES = FLOATS.length();
  private static final int ROUNDS = 4;
  private static final long SEED = 0x5eed_0f_f2e5_4e7L;

  private final int dimensions;
  private final int padded;

  /** {@code [ROUNDS][padded]}: signs times the transform's own scale. */
  private final float[][] signs;

  /** {@code [ROUNDS][padded]}: where a component comes from. */
  private final int[][] orders;

  Rotation(int dimensions) {
    this.dimensions = dimensions;
    this.padded = padded(dimensions);
    signs = new float[ROUNDS][padded];
    orders = new int[ROUNDS][];
    Random random = new Random(SEED + dimensions);
    float scale = (float) (1 / Math.sqrt(BLOCK / LANES));
    for (int round = 0; round < ROUNDS; round++) {
      for (int d = 0; d < padded; d++) {
        signs[round][d] = random.nextBoolean() ? scale : -scale;
      }
      orders[round] = order(random);
    }
  }

  /** The dimensions of a rotated vector. */
  static int padded(int dimensions) {
    return (dimensions + BLOCK - 1) / BLOCK * BLOCK;
  }

  int padded() {
    return padded;
  }

  private int[] order(Random random) {
    int[] order = new int[padded];
    for (int d = 0; d < padded; d++) {
      int other = random.nextInt(d + 1);
      order[d] = order[other];
      order[other] = d;
    }
    return order;
  }

  /**
   * @param vector {@code [dimensions]}; not changed
   * @return {@code [padded]}, a new array
   */
  float[] rotate(float[] vector) {
    float[] in = new float[padded];
    float[] out = new float[padded];
    System.arraycopy(vector, 0, in, 0, dimensions);
    for (int round = 0; round < ROUNDS; round++) {
      int[] order = orders[round];
      float[] sign = signs[round];
      for (int d = 0; d < padded; d++) {
        out[d] = in[order[d]] * sign[d];
      }
      for (int block = 0; block < padded; block += BLOCK) {
        transform(out, block);
      }
      float[] swap = in;
      in = out;
      out = swap;
    }
    return in;
  }

  /** Walsh-Hadamard over every eighth component, without its scale. */
  private static void transform(float[] vector, int from) {
    for (int half = BLOCK / 2; half >= LANES; half /= 2) {
      for (int group = from; group < from + BLOCK; group += 2 * half) {
        for (int d = group; d < group + half; d += LANES) {
          FloatVector one = FloatVector.fromArray(FLOATS, vector, d);
          FloatVector two = FloatVector.fromArray(FLOATS, vector, d + half);
          one.add(two).intoArray(vector, d);
          one.sub(two).intoArray(vector, d + half);
        }
      }
    }
  }
}
