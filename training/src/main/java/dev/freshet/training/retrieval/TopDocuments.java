package dev.freshet.training.retrieval;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The documents of the highest scores among many, where of equal scores the lower document wins.
 * One per query and thread.
 *
 * <p>Score and document are one {@code long}, whose order is theirs. They are collected until there
 * are twice as many as asked for, then sorted and the lower half forgotten; most are never
 * collected, because they are below what was kept the last time.
 */
final class TopDocuments {
  private final int depth;
  private final long[] keys;
  private int size;
  private long floor = Long.MIN_VALUE;

  /**
   * @param depth how many to keep, at least 1
   */
  TopDocuments(int depth) {
    this.depth = depth;
    this.keys = new long[2 * depth];
  }

  /**
   * @param document a number from 0, each once
   * @param score not NaN
   */
  void add(int document, float score) {
    long key = ((long) ordered(score) << 32) | (Integer.MAX_VALUE - document);
    if (key <= floor) {
      return;
    }
    if (size == keys.length) {
      keepBest();
    }
    keys[size++] = key;
  }

  private void keepBest() {
    Arrays.sort(keys, 0, size);
    int kept = Math.min(depth, size);
    System.arraycopy(keys, size - kept, keys, 0, kept);
    size = kept;
    if (kept == depth) {
      floor = keys[0];
    }
  }

  /**
   * Best first; nothing may be added afterwards.
   *
   * @param ids of the documents, by number
   */
  List<ScoredDocument> bestFirst(String[] ids) {
    keepBest();
    return IntStream.range(0, size)
        .mapToObj(
            i -> {
              long key = keys[size - 1 - i];
              return new ScoredDocument(
                  ids[Integer.MAX_VALUE - (int) key], score((int) (key >> 32)));
            })
        .toList();
  }

  /** A whole number that orders as the score does: IEEE 754 orders by sign and magnitude. */
  private static int ordered(float score) {
    int bits = Float.floatToIntBits(score + 0f); // -0 becomes 0
    return bits >= 0 ? bits : bits ^ Integer.MAX_VALUE;
  }

  private static float score(int ordered) {
    return Float.intBitsToFloat(ordered >= 0 ? ordered : ordered ^ Integer.MAX_VALUE);
  }
}
