package dev.freshet.pipeline.job;

import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.DeadLetter;
import dev.freshet.pipeline.kafka.KafkaClients;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;

/** Where jobs begin and end. */
public final class KafkaEnds {
  private KafkaEnds() {}

  /** A topic from its beginning, every record that is committed as it came. */
  public static KafkaSource<SourceRecord> source(FreshetConfig config, String topic) {
    return KafkaSource.<SourceRecord>builder()
        .setTopics(topic)
        .setStartingOffsets(OffsetsInitializer.earliest())
        .setDeserializer(new SourceDeserializer())
        .setProperties(KafkaClients.consumerProperties(config.kafka()))
        // What was read is not yet what was dealt with.
        .setProperty("commit.offsets.on.checkpoint", "false")
        // Partitions that are added are found at the next start, which widens vectors.g first.
        .setProperty("partition.discovery.interval.ms", "-1")
        .build();
  }

  /** A topic that gets every record at least once. */
  public static <T> KafkaSink<T> sink(
      FreshetConfig config, KafkaRecordSerializationSchema<T> serializer) {
    return KafkaSink.<T>builder()
        .setBootstrapServers(config.kafka().bootstrapServers())
        .setKafkaProducerConfig(
            KafkaClients.producerProperties(config.kafka(), DeadLetter.MAX_RECORD_BYTES))
        .setRecordSerializer(serializer)
        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
        .build();
  }
}
