package dev.freshet.pipeline.kafka;

import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.event.Generations;
import dev.freshet.pipeline.event.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code models} on a thread of its own. Whoever listens is told of all generations at each
 * change, and again after a while when it failed over them. While the brokers are away the tail
 * waits and begins again.
 */
public final class ModelsTail implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelsTail.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Properties properties = new Properties();
  private final String topic;
  private final Consumer<Generations> listener;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  private ModelsTail(KafkaConfig config, Topics topics, Consumer<Generations> listener) {
    properties.putAll(KafkaClients.properties(config));
    properties.setProperty("fetch.max.wait.ms", "100");
    topic = topics.models();
    this.listener = listener;
    thread = new Thread(this::run, "models-tail");
    thread.setDaemon(true);
  }

  /**
   * Starts to follow.
   *
   * @param listener called on the tail's thread, at first with what there is
   */
  public static ModelsTail start(
      KafkaConfig config, Topics topics, Consumer<Generations> listener) {
    var tail = new ModelsTail(config, topics, listener);
    tail.thread.start();
    return tail;
  }

  private void run() {
    while (closing.getCount() > 0) {
      try (var consumer = KafkaClients.consumer(properties)) {
        follow(consumer);
      } catch (InterruptException e) {
        return;
      } catch (KafkaException e) {
        LOG.warn("{} cannot be read at the moment, trying again: {}", topic, e.getMessage());
        pause();
      }
    }
  }

  private void follow(KafkaConsumer<byte[], byte[]> consumer) {
    TopicPartition partition = new TopicPartition(topic, 0);
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    var records = new Generations.Builder();
    boolean isTold = true;
    while (closing.getCount() > 0) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        ModelsTopic.fold(record, records, topic);
        isTold = false;
      }
      // Not before all that there is was read: what was served yesterday is nobody's concern.
      if (!isTold && consumer.currentLag(partition).orElse(1) == 0) {
        isTold = tell(records.build());
      }
    }
  }

  private boolean tell(Generations known) {
    try {
      listener.accept(known);
      return true;
    } catch (RuntimeException | Error e) {
      LOG.warn("what {} says could not be followed, trying again: {}", topic, e.getMessage(), e);
      pause();
      return false;
    }
  }

  private void pause() {
    try {
      var unused = closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops after what is in hand and waits for it. */
  @Override
  public void close() {
    closing.countDown();
    Threads.join(thread);
  }
}
