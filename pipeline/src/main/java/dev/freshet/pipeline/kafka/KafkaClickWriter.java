package dev.freshet.pipeline.kafka;

import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.event.Click;
import dev.freshet.pipeline.event.ClickCodec;
import dev.freshet.pipeline.event.ClickWriter;
import dev.freshet.pipeline.event.Topics;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes to {@code clicks}. Thread-safe. */
public final class KafkaClickWriter implements ClickWriter, AutoCloseable {
  private static final int MAX_REQUEST_BYTES = 1 << 20;
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(3);

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;

  public KafkaClickWriter(KafkaConfig config, Topics topics) {
    var properties = KafkaClients.promptProducerProperties(config, MAX_REQUEST_BYTES);
    this.producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    this.topic = topics.clicks();
  }

  @Override
  public CompletableFuture<Void> write(Click click) {
    return Acknowledged.send(
        producer,
        new ProducerRecord<>(topic, ClickCodec.key(click.queryId()), ClickCodec.encode(click)));
  }

  @Override
  public void close() {
    producer.close(CLOSE_PATIENCE);
  }
}
