package dev.freshet.pipeline.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * How much of what was in a topic at the start has been read. Written by the tail's thread, {@link
 * #share} by any.
 */
final class TailProgress {
  private final Map<TopicPartition, Long> start = new HashMap<>();
  private final Map<TopicPartition, Long> ends = new HashMap<>();
  private volatile double share;

  /** Takes down from where to where there is to read. */
  void begin(Map<TopicPartition, Long> newStart, Map<TopicPartition, Long> newEnds) {
    newStart.forEach(start::putIfAbsent);
    newEnds.forEach(ends::putIfAbsent);
  }

  /**
   * Looks where the consumer stands after everything polled was applied: its position passes over
   * what compaction took away.
   *
   * @return whether all was read
   */
  boolean update(Consumer<?, ?> consumer) {
    long all = 0;
    long done = 0;
    for (var end : ends.entrySet()) {
      long first = start.getOrDefault(end.getKey(), 0L);
      long now = Math.max(first, consumer.position(end.getKey()));
      all += end.getValue() - first;
      done += Math.min(now, end.getValue()) - first;
    }
    share = all == 0 ? 1 : (double) done / all;
    return done == all;
  }

  double share() {
    return share;
  }
}
