package dev.freshet.training.loss;

import java.util.Arrays;

/**
 * Which of a batch's candidates belongs to which query, which are no negatives of it, and how much
 * each query counts. Immutable.
 */
public final class ContrastiveBatch {
  /** What takes a candidate out of a softmax: exp of it is 0 in single precision. */
  private static final float EXCLUDED = -1e9f;

  private final long[] positives;
  private final float[] shares;
  private final float[] penalties;

  /**
   * @param positives for each query the row of its own candidate
   * @param weights for each query how much it counts, above 0; only their proportions matter
   * @param excluded {@code [batch][candidates]}: true for a candidate that must not count as a
   *     negative of the query; never the query's own
   * @throws IllegalArgumentException when these do not fit each other
   */
  public ContrastiveBatch(int[] positives, double[] weights, boolean[][] excluded) {
    if (positives.length == 0
        || weights.length != positives.length
        || excluded.length != positives.length) {
      throw new IllegalArgumentException(
          "a batch needs a positive, a weight and a row of exclusions for each of at least 1 query, has %d, %d and %d"
              .formatted(positives.length, weights.length, excluded.length));
    }
    this.positives = Arrays.stream(positives).asLongStream().toArray();
    shares = shares(weights);
    penalties = penalties(positives, excluded);
  }

  private static float[] shares(double[] weights) {
    double sum = Arrays.stream(weights).sum();
    float[] shares = new float[weights.length];
    for (int i = 0; i < shares.length; i++) {
      if (!(weights[i] > 0) || Double.isInfinite(weights[i])) {
        throw new IllegalArgumentException(
            "weights must be above 0 and finite, one was " + weights[i]);
      }
      shares[i] = (float) (weights[i] / sum);
    }
    return shares;
  }

  private static float[] penalties(int[] positives, boolean[][] excluded) {
    int candidates = excluded[0].length;
    float[] penalties = new float[positives.length * candidates];
    for (int query = 0; query < positives.length; query++) {
      if (excluded[query].length != candidates || excluded[query][positives[query]]) {
        throw new IllegalArgumentException(
            "query %d must have an exclusion for each of %d candidates and none for its own"
                .formatted(query, candidates));
      }
      for (int candidate = 0; candidate < candidates; candidate++) {
        penalties[query * candidates + candidate] = excluded[query][candidate] ? EXCLUDED : 0;
      }
    }
    return penalties;
  }

  /** Number of queries. */
  public int size() {
    return positives.length;
  }

  /**
   * {@link InfoNce#weighted} of a model that tells nothing apart, in nats: each query's own
   * candidate is one of all that are not excluded.
   */
  public double chance() {
    int candidates = penalties.length / positives.length;
    double sum = 0;
    for (int query = 0; query < positives.length; query++) {
      int told = 0;
      for (int candidate = 0; candidate < candidates; candidate++) {
        told += penalties[query * candidates + candidate] == 0 ? 1 : 0;
      }
      sum += shares[query] * Math.log(told);
    }
    return sum;
  }

  long[] positives() {
    return positives;
  }

  /** The queries' weights, so that they sum to 1. */
  float[] shares() {
    return shares;
  }

  /** {@code [batch · candidates]}: what is added to each score. */
  float[] penalties() {
    return penalties;
  }
}
