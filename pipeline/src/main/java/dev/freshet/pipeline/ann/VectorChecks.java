package dev.freshet.pipeline.ann;

import java.util.function.Supplier;

/** What every index refuses, in the same words. Stateless and thread-safe. */
final class VectorChecks {
  private VectorChecks() {}

  /**
   * @throws IllegalArgumentException when the ordinal is negative, there is no passage, or a vector
   *     is of other dimensions or not finite
   */
  static void document(int document, float[][] vectors, int dimensions) {
    if (document < 0 || vectors.length == 0) {
      throw new IllegalArgumentException(
          "document %d with %d passages: ordinals begin at 0, passages at 1"
              .formatted(document, vectors.length));
    }
    for (int i = 0; i < vectors.length; i++) {
      int passage = i;
      vector(() -> "passage " + passage + " of document " + document, vectors[i], dimensions);
    }
  }

  /**
   * @throws IllegalArgumentException when k is less than 1, or the query is of other dimensions or
   *     not finite
   */
  static void query(float[] query, int k, int dimensions) {
    if (k < 1) {
      throw new IllegalArgumentException("k is " + k + ", it must be at least 1");
    }
    vector(() -> "the query", query, dimensions);
  }

  private static void vector(Supplier<String> what, float[] vector, int dimensions) {
    if (vector.length != dimensions) {
      throw new IllegalArgumentException(
          "%s has %d dimensions, the index has %d"
              .formatted(what.get(), vector.length, dimensions));
    }
    for (float component : vector) {
      if (!Float.isFinite(component)) {
        throw new IllegalArgumentException(what.get() + " holds " + component);
      }
    }
  }
}
