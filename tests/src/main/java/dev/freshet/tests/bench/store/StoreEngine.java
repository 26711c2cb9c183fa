package dev.freshet.tests.bench.store;

import java.util.List;

/** An engine under measurement. One writer; any number of searches. */
interface StoreEngine extends AutoCloseable {
  String name();

  /** Puts vectors in, each in place of what was there under its id. */
  void put(List<Integer> ids, List<float[]> vectors);

  void remove(List<Integer> ids);

  /** Makes everything that was written searchable, and does what writes have left to do. */
  void settle();

  /** Brings the index into the form that is searched fastest, where the engine has one. */
  void optimise();

  /**
   * Ids of the nearest by inner product.
   *
   * @param effort one of {@link #efforts}
   */
  int[] search(float[] query, int k, double effort);

  /** What the engine calls its knob: values from little work to much. */
  double[] efforts();

  /**
   * Bytes of the index in memory, of files that are mapped into it, and of vectors that are kept
   * there. What is read through a cache of bounded size is not among them.
   */
  long memoryBytes();

  @Override
  void close();
}
