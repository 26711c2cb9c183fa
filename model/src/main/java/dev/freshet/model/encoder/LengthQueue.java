package dev.freshet.model.encoder;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Requests of one priority, in two orders: by arrival and by length. Taking one is O(log n).
 *
 * <p>Not thread-safe: the batcher's lock guards it.
 */
final class LengthQueue {
  /** May still hold taken requests; they are dropped when they come to the front. */
  private final Deque<EncodeRequest> byArrival = new ArrayDeque<>();

  /** Length in tokens to the requests of that length, oldest first. */
  private final NavigableMap<Integer, Deque<EncodeRequest>> byLength = new TreeMap<>();

  private int size;
  private long tokens;

  void add(EncodeRequest request) {
    byArrival.addLast(request);
    byLength.computeIfAbsent(request.length(), length -> new ArrayDeque<>()).addLast(request);
    size++;
    tokens += request.length();
  }

  /** The request that has waited longest, or null. */
  @Nullable EncodeRequest oldest() {
    while (!byArrival.isEmpty() && byArrival.getFirst().isTaken()) {
      byArrival.removeFirst();
    }
    return byArrival.peekFirst();
  }

  /** The request whose length is nearest to the given one, the longer of two; or null. */
  @Nullable EncodeRequest nearest(int length) {
    Map.Entry<Integer, Deque<EncodeRequest>> above = byLength.ceilingEntry(length);
    Map.Entry<Integer, Deque<EncodeRequest>> below = byLength.lowerEntry(length);
    if (above == null) {
      return below == null ? null : below.getValue().getFirst();
    }
    boolean takeAbove = below == null || above.getKey() - length <= length - below.getKey();
    return (takeAbove ? above : below).getValue().getFirst();
  }

  /** Takes out a request that {@link #oldest} or {@link #nearest} named. */
  void take(EncodeRequest request) {
    Deque<EncodeRequest> sameLength = byLength.get(request.length());
    // Those two only name the oldest of a length, so it stands in front.
    if (sameLength == null || sameLength.removeFirst() != request) {
      throw new IllegalStateException("request is not in front of its length");
    }
    if (sameLength.isEmpty()) {
      byLength.remove(request.length());
    }
    request.take();
    size--;
    tokens -= request.length();
  }

  int size() {
    return size;
  }

  /** Tokens of all waiting requests. */
  long tokens() {
    return tokens;
  }
}
