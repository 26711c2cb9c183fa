package dev.freshet.pipeline.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads a topic from its beginning to the end that it has now, and from there to the end that it
 * has later. One thread.
 */
public final class TopicReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;

  /**
   * At the beginning of a topic.
   *
   * @param clientProperties where the brokers are
   * @throws org.apache.kafka.common.KafkaException when the topic or the brokers cannot be reached
   */
  public TopicReader(Properties clientProperties, String topic) {
    consumer = KafkaClients.consumer(clientProperties);
    try {
      partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /**
   * Calls back for every record from where it is to the present end, on the calling thread; records
   * of one partition in order.
   *
   * @throws org.apache.kafka.common.KafkaException when the brokers cannot be reached
   */
  public void read(Consumer<ConsumerRecord<byte[], byte[]>> action) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
      consumer.poll(POLL).forEach(action);
    }
  }

  /** All of a topic, as it is now: see {@link #read}. */
  public static void readAll(
      Properties clientProperties, String topic, Consumer<ConsumerRecord<byte[], byte[]>> action) {
    try (TopicReader reader = new TopicReader(clientProperties, topic)) {
      reader.read(action);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
