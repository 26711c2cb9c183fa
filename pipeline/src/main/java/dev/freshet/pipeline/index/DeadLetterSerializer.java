package dev.freshet.pipeline.index;

import dev.freshet.pipeline.event.DeadLetter;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.Topics;
import java.time.Instant;
import java.util.Objects;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A rejected record, byte for byte, with the reason and its position in the headers. */
final class DeadLetterSerializer implements KafkaRecordSerializationSchema<IndexedRecord> {
  private static final long serialVersionUID = 1;

  private final String deadLetters;
  private final String documents;

  DeadLetterSerializer(Topics topics) {
    this.deadLetters = topics.deadLetters();
    this.documents = topics.documents();
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      IndexedRecord indexed, KafkaSinkContext context, Long timestamp) {
    return DeadLetter.record(
        deadLetters,
        indexed.key(),
        indexed.value(),
        Objects.requireNonNull(indexed.rejection()),
        documents,
        new Position(indexed.partition(), indexed.offset()),
        Instant.now());
  }
}
