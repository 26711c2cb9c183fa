package dev.freshet.pipeline.job;

import dev.freshet.pipeline.event.DeadLetter;
import java.time.Instant;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A rejected record, byte for byte, with the reason and its position in the headers. */
final class DeadLetterSerializer implements KafkaRecordSerializationSchema<Rejection> {
  private static final long serialVersionUID = 1;

  private final String deadLetters;

  DeadLetterSerializer(String deadLetters) {
    this.deadLetters = deadLetters;
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      Rejection rejected, KafkaSinkContext context, Long timestamp) {
    return DeadLetter.record(
        deadLetters,
        rejected.key(),
        rejected.value(),
        rejected.reason(),
        rejected.topic(),
        rejected.position(),
        Instant.now());
  }
}
