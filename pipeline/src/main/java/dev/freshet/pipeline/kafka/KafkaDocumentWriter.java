package dev.freshet.pipeline.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.event.DeadLetter;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.DocumentCodec;
import dev.freshet.pipeline.event.DocumentWriter;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Writes to {@code documents} and {@code dead-letters}. Thread-safe. */
public final class KafkaDocumentWriter implements DocumentWriter, AutoCloseable {
  private static final int MAX_REQUEST_BYTES = 16 << 20;
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(3);

  private final KafkaProducer<byte[], byte[]> producer;
  private final Topics topics;
  private final Clock clock;

  public KafkaDocumentWriter(KafkaConfig config, Topics topics, Clock clock) {
    var properties = KafkaClients.promptProducerProperties(config, MAX_REQUEST_BYTES);
    this.producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    this.topics = topics;
    this.clock = clock;
  }

  @Override
  public CompletableFuture<Void> upsert(Document document) {
    return send(
        new ProducerRecord<>(
            topics.documents(), document.id().getBytes(UTF_8), DocumentCodec.encode(document)));
  }

  @Override
  public CompletableFuture<Void> delete(String id) {
    return send(new ProducerRecord<>(topics.documents(), id.getBytes(UTF_8), null));
  }

  @Override
  public CompletableFuture<Void> deadLetter(byte[] original, String reason, String source) {
    return deadLetter(null, original, reason, source, null);
  }

  /** A record of a topic that breaks the topic's contract. */
  public CompletableFuture<Void> deadLetter(
      byte @Nullable [] key,
      byte @Nullable [] value,
      String reason,
      String source,
      @Nullable Position position) {
    return send(
        DeadLetter.record(
            topics.deadLetters(), key, value, reason, source, position, clock.instant()));
  }

  private CompletableFuture<Void> send(ProducerRecord<byte[], byte[]> record) {
    return Acknowledged.send(producer, record);
  }

  @Override
  public void close() {
    producer.close(CLOSE_PATIENCE);
  }
}
