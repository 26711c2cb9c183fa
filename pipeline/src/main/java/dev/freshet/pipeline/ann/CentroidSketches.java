package dev.freshet.pipeline.ann;

import java.util.Arrays;

/**
 * Sketches of some centroids, as they are, and the halves of their squared norms. They tell how
 * near each is to a vector, and lie next to one another in memory, as the centroids do not.
 * Immutable and thread-safe.
 */
final class CentroidSketches {
  private final int count;
  private final int padded;
  private final Sketches sketches;

  /** Of whole groups, boundless where there is no centroid: none is farther. */
  private final float[] halfSquares;

  private CentroidSketches(int count, int padded) {
    this.count = count;
    this.padded = padded;
    sketches = new Sketches(count, padded);
    halfSquares = new float[Kernels.wholeGroups(count)];
    Arrays.fill(halfSquares, Float.POSITIVE_INFINITY);
  }

  /**
   * @param centroids {@code [count][padded]}, at least one
   */
  static CentroidSketches of(float[][] centroids) {
    CentroidSketches all = new CentroidSketches(centroids.length, centroids[0].length);
    for (int i = 0; i < centroids.length; i++) {
      all.set(i, centroids[i]);
    }
    return all;
  }

  private void set(int i, float[] centroid) {
    sketches.set(i, centroid, new float[centroid.length]);
    halfSquares[i] = Kernels.dot(centroid, centroid) / 2;
  }

  private void copy(CentroidSketches from, int first, int number, int to) {
    sketches.copy(from.sketches, first, number, to);
    System.arraycopy(from.halfSquares, first, halfSquares, to, number);
  }

  /** Half of the centroid's squared norm. */
  float halfSquares(int i) {
    return halfSquares[i];
  }

  /**
   * What inner products with the centroids are at most: see {@link Sketches#bound}.
   *
   * @param bounds gets them; has room for whole groups
   */
  void bound(QueryCode query, float slack, short[] sums, float[] bounds) {
    sketches.bound(query, slack, 0, count, sums, bounds, 0);
  }

  /**
   * How near each centroid is to a vector at most: see {@link Cell#closeness}.
   *
   * @param slack standard deviations to allow
   * @param sums scratch, {@code [Kernels.SUMS]}
   * @param bounds gets them from {@code at} on, in whole groups; the least where there is no
   *     centroid
   */
  void closeness(QueryCode query, float slack, short[] sums, float[] bounds, int at) {
    sketches.bound(query, slack, 0, count, sums, bounds, at);
    Kernels.subtract(bounds, at, halfSquares);
  }

  /** With another centroid in the place of this one, or behind the last. */
  CentroidSketches with(int index, float[] centroid) {
    CentroidSketches other = new CentroidSketches(Math.max(count, index + 1), padded);
    other.copy(this, 0, count, 0);
    other.set(index, centroid);
    return other;
  }

  /** Without one of at least two. */
  CentroidSketches without(int index) {
    CentroidSketches rest = new CentroidSketches(count - 1, padded);
    rest.copy(this, 0, index, 0);
    rest.copy(this, index + 1, count - 1 - index, index);
    return rest;
  }

  long memoryBytes() {
    return sketches.memoryBytes() + (long) halfSquares.length * Float.BYTES;
  }
}
