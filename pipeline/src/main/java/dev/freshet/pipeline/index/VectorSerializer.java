package dev.freshet.pipeline.index;

import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** To the partition of {@code vectors.g} that the document has in {@code documents}. */
final class VectorSerializer implements KafkaRecordSerializationSchema<IndexedRecord> {
  private static final long serialVersionUID = 1;

  private final String topic;

  VectorSerializer(String topic) {
    this.topic = topic;
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      IndexedRecord indexed, KafkaSinkContext context, Long timestamp) {
    return new ProducerRecord<>(topic, indexed.partition(), indexed.key(), indexed.value());
  }
}
