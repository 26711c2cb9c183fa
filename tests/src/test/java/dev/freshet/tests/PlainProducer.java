package dev.freshet.tests;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;

/** A producer as anybody would write it: Kafka's client, and nothing of Freshet's. */
final class PlainProducer implements AutoCloseable {
  private final KafkaProducer<byte[], byte[]> producer;

  PlainProducer(String bootstrapServers) {
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  void send(String topic, String key, String value) throws Exception {
    send(topic, key.getBytes(UTF_8), value.getBytes(UTF_8));
  }

  void send(String topic, byte[] key, byte[] value) throws Exception {
    producer.send(new ProducerRecord<>(topic, key, value)).get();
  }

  /** To a partition of the caller's choice, as a producer with another hash does. */
  void send(String topic, int partition, String key, String value) throws Exception {
    producer
        .send(new ProducerRecord<>(topic, partition, key.getBytes(UTF_8), value.getBytes(UTF_8)))
        .get();
  }

  void send(String topic, int partition, byte[] key, byte[] value) throws Exception {
    producer.send(new ProducerRecord<>(topic, partition, key, value)).get();
  }

  /** Where Kafka's Java client puts a key. */
  static int partitionOf(String key, int partitions) {
    return Utils.toPositive(Utils.murmur2(key.getBytes(UTF_8))) % partitions;
  }

  @Override
  public void close() {
    producer.close();
  }
}
