package dev.freshet.pipeline.ann;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Inner products by SIMD: of two vectors, or of one query with rows that lie one after the other.
 *
 * <p>One row at a time, so that memory is read as one stream: with several rows side by side the
 * processor fetches less far ahead, and a large collection is scanned a third slower. Four
 * accumulators hide the latency of the fused multiply-adds. Stateless and thread-safe.
 */
public final class InnerProduct {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int STEP = 4 * LANES;

  private InnerProduct() {}

  /**
   * Of two vectors.
   *
   * @param one {@code [dimensions]}
   * @param other {@code [dimensions]}
   * @throws IndexOutOfBoundsException when the other one is shorter
   */
  public static float of(float[] one, float[] other) {
    return score(one, other, 0);
  }

  /**
   * @param query {@code [dimensions]}
   * @param rows {@code [..][dimensions]}, row-major
   * @param first first row to score
   * @param count rows to score
   * @param scores gets the score of row {@code first + i} at {@code i}
   */
  static void score(float[] query, float[] rows, int first, int count, float[] scores) {
    for (int i = 0; i < count; i++) {
      scores[i] = score(query, rows, (first + i) * query.length);
    }
  }

  private static float score(float[] query, float[] rows, int at) {
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector e = a;
    int d = 0;
    for (; d <= query.length - STEP; d += STEP) {
      a = load(rows, at + d).fma(load(query, d), a);
      b = load(rows, at + d + LANES).fma(load(query, d + LANES), b);
      c = load(rows, at + d + 2 * LANES).fma(load(query, d + 2 * LANES), c);
      e = load(rows, at + d + 3 * LANES).fma(load(query, d + 3 * LANES), e);
    }
    for (; d <= query.length - LANES; d += LANES) {
      a = load(rows, at + d).fma(load(query, d), a);
    }
    float sum = a.add(b).add(c.add(e)).reduceLanes(VectorOperators.ADD);
    for (; d < query.length; d++) {
      sum = Math.fma(query[d], rows[at + d], sum);
    }
    return sum;
  }

  private static FloatVector load(float[] from, int at) {
    return FloatVector.fromArray(SPECIES, from, at);
  }
}
