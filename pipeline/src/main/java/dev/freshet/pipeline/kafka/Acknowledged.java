package dev.freshet.pipeline.kafka;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/** Sends records that somebody waits for. */
final class Acknowledged {
  private Acknowledged() {}

  /** Completes with the brokers' acknowledgement. */
  static CompletableFuture<Void> send(
      KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
    var acknowledged = new CompletableFuture<Void>();
    try {
      producer.send(
          record,
          (metadata, failure) -> {
            if (failure == null) {
              acknowledged.complete(null);
            } else {
              acknowledged.completeExceptionally(failure);
            }
          });
    } catch (KafkaException e) {
      acknowledged.completeExceptionally(e);
    }
    return acknowledged;
  }
}
