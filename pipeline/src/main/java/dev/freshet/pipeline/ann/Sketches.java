package dev.freshet.pipeline.ann;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Vectors in two bits a component: an estimate of their inner products with a query, and how far
 * off it may be, from a quarter of the memory that levels take.
 *
 * <p>The estimator is that of RaBitQ (Gao and Long, "RaBitQ: Quantizing High-Dimensional Vectors
 * with a Theoretical Error Bound for Approximate Nearest Neighbor Search", SIGMOD 2024), for two
 * bits instead of one and without its normalisation. With x a row of D components whose root mean
 * square is r, q a query, and c what components become, -1.5, -0.5, 0.5 or 1.5 with bounds at -r, 0
 * and r,
 *
 * <pre>
 * gain      g = |x|^2 / c.x
 * estimate  g c.q
 * error     g |q| sqrt((|c|^2 - (c.x / |x|)^2) / D)   standard deviation of the estimate
 * </pre>
 *
 * <p>c is x, but for its length, and a part at right angles to x, which meets q at random, as both
 * are rotated, and contributes what one component in D does.
 *
 * <p>Two components of a row make four bits, which are looked up in a table of their products with
 * the query, for a group of rows at once: the layout of André, Kermarrec and Le Scouarnec, "Cache
 * Locality is not Enough: High-Performance Nearest Neighbor Search with Product Quantization Fast
 * Scan" (VLDB 2015).
 *
 * <p>One writer; readers see a row once its owner has published it. A row does not change.
 */
final class Sketches {
  /** Components of a byte: a pair in its low bits, and a pair in its high ones. */
  private static final int PER_BYTE = 4;

  /** Below it a row is taken to be nothing: no other vector is near enough to tell. */
  private static final float LEAST_SQUARE = 1e-30f;

  /**
   * The error, of a gain and a norm of 1, where components have a normal distribution: the mean of
   * c^2 is .8846, that of c x is .8829 r. Rows are rotated, so theirs is near enough to that, and
   * what it is off by is measured with what a search allows.
   */
  private static final float DEVIATION = 0.3243f;

  private static final int GROUP = Kernels.GROUP;

  /** Four codes at once, the first in the lowest bits. */
  private static final VarHandle CODES =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle GAINS =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  /** Of a row. */
  private final int bytes;

  /** Bytes of a group. */
  private final int stride;

  /**
   * One group after the other: its pairs, {@code [bytes][GROUP]}, in the order of {@link
   * Kernels#place}; then its gains, {@code [GROUP]} floats, as they are read next.
   */
  private final byte[] groups;

  /**
   * @param capacity rows
   */
  Sketches(int capacity, int padded) {
    bytes = padded / PER_BYTE;
    stride = (bytes + Float.BYTES) * GROUP;
    groups = new byte[Math.multiplyExact(Kernels.wholeGroups(capacity) / GROUP, stride)];
  }

  /**
   * Makes the row that of what a vector differs from another by. Every write does, more than once
   * where cells are split. Writer only.
   *
   * @return squared norm of the difference
   */
  float set(int row, float[] vector, float[] centre) {
    float square = Kernels.squaredDistance(vector, centre);
    float inverse = square > LEAST_SQUARE ? (float) Math.sqrt(vector.length / square) : 0;
    byte[] codes = new byte[vector.length];
    float along = Kernels.quantise(vector, centre, inverse, codes);
    for (int d = 0, at = at(row); d < codes.length; d += PER_BYTE, at += GROUP) {
      // Two bits of each of four bytes, next to one another.
      int four = (int) CODES.get(codes, d);
      groups[at] = (byte) (four | four >>> 6 | four >>> 12 | four >>> 18);
    }
    GAINS.set(groups, gainAt(row), inverse > 0 ? square * inverse / along : 0);
    return square;
  }

  /** Where the row's first byte is. */
  private int at(int row) {
    return row / GROUP * stride + Kernels.place(row % GROUP);
  }

  /** Where the row's gain is. */
  private int gainAt(int row) {
    return row / GROUP * stride + bytes * GROUP + row % GROUP * Float.BYTES;
  }

  private float gain(int row) {
    return (float) GAINS.get(groups, gainAt(row));
  }

  /** Copies rows that follow one another. Writer only. */
  void copy(Sketches from, int first, int count, int to) {
    boolean aligned = first % GROUP == 0 && to % GROUP == 0;
    int together = aligned ? count / GROUP * GROUP : 0;
    System.arraycopy(
        from.groups,
        first / GROUP * stride,
        groups,
        to / GROUP * stride,
        together / GROUP * stride);
    for (int i = together; i < count; i++) {
      int source = from.at(first + i);
      int target = at(to + i);
      for (int b = 0; b < bytes; b++) {
        groups[target + b * GROUP] = from.groups[source + b * GROUP];
      }
      GAINS.set(groups, gainAt(to + i), from.gain(first + i));
    }
  }

  /**
   * What inner products are at most, but for one in so many as the slack leaves.
   *
   * @param slack standard deviations to allow
   * @param first a multiple of {@link Kernels#GROUP}
   * @param sums scratch, {@code [Kernels.SUMS]}
   * @param bounds gets that of row {@code first + i} at {@code at + i}; has room for whole groups
   */
  void bound(
      QueryCode query, float slack, int first, int count, short[] sums, float[] bounds, int at) {
    float offset = query.offset() + slack * query.norm() * DEVIATION;
    for (int i = 0; i < count; i += GROUP) {
      int group = (first + i) / GROUP * stride;
      Kernels.lookUp(query.tables(), groups, group, bytes, sums);
      Kernels.scale(sums, groups, group + bytes * GROUP, query.step(), offset, bounds, at + i);
    }
  }

  /** Standard deviation of the row's estimate for a query of norm 1. */
  float error(int row) {
    return gain(row) * DEVIATION;
  }

  long memoryBytes() {
    return groups.length;
  }
}
