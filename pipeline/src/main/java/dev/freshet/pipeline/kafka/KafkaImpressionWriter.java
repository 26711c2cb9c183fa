package dev.freshet.pipeline.kafka;

import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.event.Impression;
import dev.freshet.pipeline.event.ImpressionCodec;
import dev.freshet.pipeline.event.ImpressionWriter;
import dev.freshet.pipeline.event.Topics;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to {@code impressions} on a thread of its own, from a queue of at most {@value
 * #MAX_QUEUED} impressions and {@value #MAX_QUEUED_BYTES} bytes. What does not fit any more, or is
 * not acknowledged in time, is lost and counted. Thread-safe.
 */
public final class KafkaImpressionWriter implements ImpressionWriter, AutoCloseable {
  static final int MAX_QUEUED = 1_000;
  static final int MAX_QUEUED_BYTES = 16 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(KafkaImpressionWriter.class);
  private static final int MAX_REQUEST_BYTES = 2 << 20;
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);
  private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final BlockingQueue<ProducerRecord<byte[], byte[]>> queue =
      new ArrayBlockingQueue<>(MAX_QUEUED);
  private final AtomicLong queuedBytes = new AtomicLong();
  private final LongAdder written = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private final AtomicLong nextWarning = new AtomicLong(System.nanoTime());
  private final Thread thread = new Thread(this::run, "impressions");
  private volatile boolean closing;

  public KafkaImpressionWriter(KafkaConfig config, Topics topics) {
    var properties = KafkaClients.producerProperties(config, MAX_REQUEST_BYTES);
    // Nobody waits for them: a little later is better than not at all, and many go in one request.
    if (!config.properties().containsKey("linger.ms")) {
      properties.setProperty("linger.ms", "20");
    }
    properties.putIfAbsent("buffer.memory", Integer.toString(MAX_QUEUED_BYTES));
    this.producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    this.topic = topics.impressions();
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void write(Impression impression) {
    byte[] value = ImpressionCodec.encode(impression);
    if (closing) {
      lose("the node is stopping");
    } else if (queuedBytes.addAndGet(value.length) > MAX_QUEUED_BYTES
        || !queue.offer(
            new ProducerRecord<>(topic, ImpressionCodec.key(impression.queryId()), value))) {
      queuedBytes.addAndGet(-value.length);
      lose("too many wait already");
    }
  }

  /** Impressions that the brokers have acknowledged. */
  public long written() {
    return written.sum();
  }

  /** Impressions that were not written, or are not known to be. */
  public long lost() {
    return lost.sum();
  }

  private void lose(String reason) {
    lost.increment();
    long now = System.nanoTime();
    long next = nextWarning.get();
    if (now - next >= 0 && nextWarning.compareAndSet(next, now + BETWEEN_WARNINGS.toNanos())) {
      LOG.warn("{} impressions could not be written so far; the last: {}", lost.sum(), reason);
    }
  }

  private void run() {
    try {
      while (!closing || !queue.isEmpty()) {
        ProducerRecord<byte[], byte[]> record = queue.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
        if (record != null) {
          queuedBytes.addAndGet(-record.value().length);
          send(record);
        }
      }
    } catch (InterruptedException e) {
      // Closing waits no longer: what is left is counted there.
      Thread.currentThread().interrupt();
    }
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    try {
      producer.send(
          record,
          (metadata, failure) -> {
            if (failure == null) {
              written.increment();
            } else {
              lose(failure.toString());
            }
          });
    } catch (KafkaException | IllegalStateException e) {
      lose(e.toString());
    }
  }

  /** Gives what is queued a moment to be written. */
  @Override
  public void close() {
    closing = true;
    try {
      thread.join(CLOSE_PATIENCE.toMillis());
      thread.interrupt();
      thread.join(CLOSE_PATIENCE.toMillis());
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
    producer.close(CLOSE_PATIENCE);
    int left = queue.size();
    for (int i = 0; i < left; i++) {
      lose("the node has stopped");
    }
  }
}
