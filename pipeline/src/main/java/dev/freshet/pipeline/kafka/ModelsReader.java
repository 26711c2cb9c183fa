package dev.freshet.pipeline.kafka;

import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.event.Generations;
import dev.freshet.pipeline.event.Topics;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * {@code models} for one who looks again and again: each look reads what has come since the last.
 * One thread.
 */
public final class ModelsReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final TopicPartition partition;
  private final Generations.Builder records = new Generations.Builder();

  /** What the records say; null where some have come since. */
  private @Nullable Generations known = Generations.NONE;

  public ModelsReader(KafkaConfig config, Topics topics) {
    consumer = KafkaClients.consumer(KafkaClients.properties(config));
    partition = new TopicPartition(topics.models(), 0);
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
  }

  /**
   * All that the topic says now.
   *
   * @throws org.apache.kafka.common.KafkaException when the brokers cannot be reached
   */
  public Generations read() {
    long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    while (consumer.position(partition) < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        known = null;
        ModelsTopic.fold(record, records, partition.topic());
      }
    }
    if (known == null) {
      known = records.build();
    }
    return known;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
