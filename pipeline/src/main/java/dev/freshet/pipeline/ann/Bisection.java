package dev.freshet.pipeline.ann;

import java.util.Arrays;

/**
 * Vectors parted in two by 2-means, neither part smaller than a quarter: cells of like size cost
 * searches alike. One per use.
 */
final class Bisection {
  private static final int ROUNDS = 4;
  private static final int LEAST_SHARE = 4;

  private final float[][] vectors;
  private final boolean[] second;
  private float[] one;
  private float[] two;

  /**
   * @param vectors at least two, not changed
   * @param start one of them, to begin with
   */
  Bisection(float[][] vectors, int start) {
    this.vectors = vectors;
    second = new boolean[vectors.length];
    // Two far apart: the farthest from any one, and the farthest from that.
    one = farthest(vectors[start]);
    two = farthest(one);
    for (int round = 0; round < ROUNDS; round++) {
      assign();
      one = Centroids.mean(vectors, second, false);
      two = Centroids.mean(vectors, second, true);
    }
  }

  private float[] farthest(float[] from) {
    float[] farthest = from;
    float most = Float.NEGATIVE_INFINITY;
    for (float[] vector : vectors) {
      float away = Kernels.dot(vector, vector) - 2 * Kernels.dot(vector, from);
      if (away > most) {
        most = away;
        farthest = vector;
      }
    }
    return farthest;
  }

  private void assign() {
    float offset = (Kernels.dot(one, one) - Kernels.dot(two, two)) / 2;
    float[] lead = new float[vectors.length];
    int seconds = 0;
    for (int i = 0; i < lead.length; i++) {
      lead[i] = Kernels.dot(vectors[i], two) - Kernels.dot(vectors[i], one) + offset;
      seconds += lead[i] > 0 ? 1 : 0;
    }
    int least = Math.max(1, lead.length / LEAST_SHARE);
    int wanted = Math.max(least, Math.min(lead.length - least, seconds));
    split(lead, wanted);
  }

  /**
   * So many go to the second part, those that lead most. Leads are compared as they are sorted:
   * where squares are beyond what floats hold they are no numbers, and must be parted all the same.
   */
  private void split(float[] lead, int wanted) {
    float[] sorted = lead.clone();
    Arrays.sort(sorted);
    float limit = sorted[lead.length - wanted];
    int above = 0;
    for (float value : lead) {
      above += Float.compare(value, limit) > 0 ? 1 : 0;
    }
    int equal = wanted - above;
    for (int i = 0; i < lead.length; i++) {
      int order = Float.compare(lead[i], limit);
      second[i] = order > 0 || (order == 0 && equal-- > 0);
    }
  }

  /** Whether a vector is in the second part. */
  boolean isSecond(int vector) {
    return second[vector];
  }

  float[] firstCentroid() {
    return one;
  }

  float[] secondCentroid() {
    return two;
  }
}
