package dev.freshet.pipeline.kafka;

import dev.freshet.pipeline.config.KafkaConfig;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Offsets that hold no record: the markers of transactions, what was in a transaction that was
 * given up, what compaction, retention or an operator took away. Who has dealt with the last record
 * before them stands before the end of the log, and yet has nothing left to do.
 */
public final class RecordGaps {
  private static final Duration POLL = Duration.ofMillis(200);

  /** A broker that says nothing for so long is no proof that nothing is there. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private RecordGaps() {}

  /**
   * Positions, moved on to the end wherever no record lies before it. Reads at most one batch of
   * records, unless there are gaps; opens a consumer, so not for every look.
   *
   * @param positions by partition, the offset to go on from; 0 where there is none
   * @param ends by partition, up to where to look
   * @return positions that have reached the ends, or, where some record lies between, fewer of them
   * @throws org.apache.kafka.common.KafkaException when the topic or the brokers cannot be reached
   */
  public static SortedMap<Integer, Long> skip(
      KafkaConfig config,
      String topic,
      SortedMap<Integer, Long> positions,
      SortedMap<Integer, Long> ends) {
    SortedMap<Integer, Long> moved = new TreeMap<>(positions);
    Properties properties = KafkaClients.consumerProperties(config);
    properties.setProperty("auto.offset.reset", "earliest");
    properties.setProperty("max.poll.records", "1");
    try (var consumer = KafkaClients.consumer(properties)) {
      for (var end : ends.entrySet()) {
        long from = positions.getOrDefault(end.getKey(), 0L);
        if (from >= end.getValue()) {
          continue;
        }
        if (hasRecord(consumer, new TopicPartition(topic, end.getKey()), from, end.getValue())) {
          return moved;
        }
        moved.put(end.getKey(), end.getValue());
      }
    }
    return moved;
  }

  private static boolean hasRecord(
      KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long from, long end) {
    List<TopicPartition> alone = List.of(partition);
    consumer.assign(alone);
    if (consumer.endOffsets(alone).getOrDefault(partition, 0L) < end) {
      return true; // of a transaction that is not over, nobody knows
    }
    consumer.seek(
        partition, Math.max(from, consumer.beginningOffsets(alone).getOrDefault(partition, 0L)));
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (consumer.position(partition) < end) {
      for (var record : consumer.poll(POLL)) {
        return record.offset() < end;
      }
      if (System.nanoTime() > deadline) {
        return true;
      }
    }
    return false;
  }
}
