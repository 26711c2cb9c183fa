package dev.freshet.model.service;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Requests of one priority, in two orders: by when they are due and by length. Every operation is
 * O(log n).
 *
 * <p>Not thread-safe: the batcher's lock guards it.
 */
final class LengthQueue {
  private final TreeSet<EncodeRequest> byDue = new TreeSet<>(EncodeRequest.DUE_FIRST);

  /** Length in tokens to the requests of that length. */
  private final NavigableMap<Integer, TreeSet<EncodeRequest>> byLength = new TreeMap<>();

  private long tokens;

  void add(EncodeRequest request) {
    byDue.add(request);
    byLength
        .computeIfAbsent(request.length(), length -> new TreeSet<>(EncodeRequest.DUE_FIRST))
        .add(request);
    tokens += request.length();
  }

  /** The request that is due first, or null. */
  @Nullable EncodeRequest first() {
    return byDue.isEmpty() ? null : byDue.first();
  }

  /**
   * The request whose length is nearest to the given one, the longer of two, the first due of
   * equals; or null.
   */
  @Nullable EncodeRequest nearest(int length) {
    Map.Entry<Integer, TreeSet<EncodeRequest>> above = byLength.ceilingEntry(length);
    Map.Entry<Integer, TreeSet<EncodeRequest>> below = byLength.lowerEntry(length);
    if (above == null) {
      return below == null ? null : below.getValue().first();
    }
    boolean takeAbove = below == null || above.getKey() - length <= length - below.getKey();
    return (takeAbove ? above : below).getValue().first();
  }

  /** Takes out a request that waits here. */
  void take(EncodeRequest request) {
    TreeSet<EncodeRequest> sameLength = byLength.get(request.length());
    if (sameLength == null || !sameLength.remove(request) || !byDue.remove(request)) {
      throw new IllegalStateException("the request does not wait here");
    }
    if (sameLength.isEmpty()) {
      byLength.remove(request.length());
    }
    tokens -= request.length();
  }

  int size() {
    return byDue.size();
  }

  /** Tokens of all waiting requests. */
  long tokens() {
    return tokens;
  }
}
