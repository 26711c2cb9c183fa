package dev.freshet.pipeline.ann;

import java.util.Arrays;
import java.util.Random;

/** Means of vectors; seeded k-means. Stateless and thread-safe. */
final class Centroids {
  /** Splits and reassignments go on from there: more rounds find no better cells in the end. */
  private static final int ROUNDS = 4;

  /** Vectors that a centroid is made of: more hardly make it better. */
  private static final int PER_CENTROID = 20;

  private Centroids() {}

  /** The mean of all vectors, at least one. */
  static float[] mean(float[][] vectors) {
    return mean(vectors, new boolean[vectors.length], false);
  }

  /** The mean of the vectors that are marked so, at least one. */
  static float[] mean(float[][] vectors, boolean[] marks, boolean wanted) {
    float[] sum = new float[vectors[0].length];
    int count = 0;
    for (int i = 0; i < vectors.length; i++) {
      if (marks[i] == wanted) {
        add(sum, vectors[i]);
        count++;
      }
    }
    return scale(sum, 1f / count);
  }

  private static void add(float[] sum, float[] vector) {
    for (int d = 0; d < sum.length; d++) {
      sum[d] += vector[d];
    }
  }

  private static float[] scale(float[] vector, float factor) {
    for (int d = 0; d < vector.length; d++) {
      vector[d] *= factor;
    }
    return vector;
  }

  /**
   * Lloyd's algorithm on a random sample, from vectors drawn at random. A centroid that nothing is
   * near to takes a vector at random.
   *
   * @param all {@code [count][padded]}
   * @param wanted centroids, at most as many as vectors
   */
  static float[][] kMeans(float[][] all, int wanted, Random random) {
    int[] order =
        random
            .ints(0, all.length)
            .distinct()
            .limit(Math.min(all.length, (long) PER_CENTROID * wanted))
            .toArray();
    float[][] vectors = Arrays.stream(order).mapToObj(i -> all[i]).toArray(float[][]::new);
    float[][] centroids = new float[wanted][];
    for (int c = 0; c < wanted; c++) {
      centroids[c] = vectors[c].clone();
    }
    for (int round = 0; round < ROUNDS; round++) {
      float[][] sums = new float[wanted][vectors[0].length];
      int[] counts = new int[wanted];
      int[] nearest = nearest(vectors, centroids);
      for (int i = 0; i < vectors.length; i++) {
        add(sums[nearest[i]], vectors[i]);
        counts[nearest[i]]++;
      }
      for (int c = 0; c < wanted; c++) {
        centroids[c] =
            counts[c] == 0
                ? vectors[random.nextInt(vectors.length)].clone()
                : scale(sums[c], 1f / counts[c]);
      }
    }
    return centroids;
  }

  /** Per vector the nearest centroid, of equally near ones the first. */
  static int[] nearest(float[][] vectors, float[][] centroids) {
    float[] halfSquares = new float[centroids.length];
    for (int c = 0; c < centroids.length; c++) {
      halfSquares[c] = Kernels.dot(centroids[c], centroids[c]) / 2;
    }
    int[] nearest = new int[vectors.length];
    for (int i = 0; i < vectors.length; i++) {
      float most = Float.NEGATIVE_INFINITY;
      for (int c = 0; c < centroids.length; c++) {
        float closeness = Kernels.dot(vectors[i], centroids[c]) - halfSquares[c];
        if (closeness > most) {
          most = closeness;
          nearest[i] = c;
        }
      }
    }
    return nearest;
  }
}
