package dev.freshet.pipeline.kafka;

import dev.freshet.pipeline.config.Partitions;
import dev.freshet.pipeline.event.MalformedRecordException;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.event.VectorRecordCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code vectors.g}, or some of its partitions, on a thread of its own and hands what it
 * reads to a {@link Target}, from the offsets that the target stored with its data. The one writer
 * of a store.
 *
 * <p>What breaks the contract of the topic is handed to a {@link Malformed} and passed over. While
 * the brokers are away or refuse, the tail waits and begins again; people change permissions and
 * certificates, and no restart must be needed for that. While the target has no room it waits with
 * what it has read. When the target fails otherwise it stops and says why: data that cannot be
 * written must not be skipped.
 */
public final class VectorTail implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(VectorTail.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration LOOK = Duration.ofMinutes(1);

  /** Takes what was read. Called on the tail's thread alone. */
  public interface Target {

    /** By partition of {@code vectors.g}: the offset to go on from; absent means the beginning. */
    Map<Integer, Long> offsets();

    /**
     * Stores changes and offsets in one step.
     *
     * @param changes in the order of each partition
     * @param nextOffsets by partition: the offset after the last record read
     * @throws TargetFullException when there is no room; it is called again with the same lists
     */
    void apply(List<VectorRecord> changes, Map<Integer, Long> nextOffsets);

    /**
     * Called again and again, before more is read: may bring back what broke when there was no
     * room.
     *
     * @throws TargetFullException when there is no room yet
     */
    void recover();
  }

  /** Takes a record that cannot be read; must not lose it. Called on the tail's thread. */
  public interface Malformed {
    void accept(ConsumerRecord<byte[], byte[]> record, String reason);
  }

  private final Properties properties = new Properties();
  private final String topic;

  /** Null for all. */
  private final @Nullable Partitions chosen;

  private final Target target;
  private final Malformed malformed;
  private final Thread thread;
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** Why nothing is stored at the moment; null while it is. */
  private volatile @Nullable String waiting;

  /** Why the brokers let nothing be read; null once all was read again. */
  private volatile @Nullable String refused;

  /** Whether a consumer could be made with these properties; the thread's own. */
  private boolean hasFollowed;

  private final TailProgress measured = new TailProgress();

  private VectorTail(
      Properties clientProperties,
      String topic,
      @Nullable Partitions chosen,
      Target target,
      Malformed malformed) {
    properties.putAll(clientProperties);
    properties.putIfAbsent("metadata.max.age.ms", Long.toString(LOOK.toMillis()));
    properties.setProperty("fetch.max.wait.ms", "100");
    properties.setProperty("max.poll.records", "256");
    // Where the topic lost what was read, reading it again is harmless and skipping is not.
    properties.setProperty("auto.offset.reset", "earliest");
    this.topic = topic;
    this.chosen = chosen;
    this.target = target;
    this.malformed = malformed;
    this.thread = new Thread(this::run, "vector-tail-" + topic);
  }

  /**
   * Starts to follow the topic.
   *
   * @param clientProperties where the brokers are
   * @param chosen the partitions to follow, null for all; those that the topic does not have yet
   *     are waited for
   */
  public static VectorTail start(
      Properties clientProperties,
      String topic,
      @Nullable Partitions chosen,
      Target target,
      Malformed malformed) {
    var tail = new VectorTail(clientProperties, topic, chosen, target, malformed);
    tail.thread.start();
    return tail;
  }

  /** Share of the records that were there at the start which are applied by now, 0 to 1. */
  public double progress() {
    return measured.share();
  }

  /** Whether everything that was in the topic at the start is applied. */
  public boolean caughtUp() {
    return caughtUp.getCount() == 0;
  }

  /** What stopped the tail, or null while it runs. */
  public @Nullable Throwable failure() {
    return failure.get();
  }

  /**
   * Why the tail waits for its target to have room, or for brokers that refuse it; null while it
   * does not. Brokers that are away are nobody's fault here, and no reason to ask another node.
   */
  public @Nullable String waiting() {
    String full = waiting;
    return full == null ? refused : full;
  }

  /** Stops after the batch in hand and waits for it. */
  @Override
  public void close() {
    closing.countDown();
    Threads.join(thread);
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  private void run() {
    try {
      while (!isClosing()) {
        try {
          follow();
        } catch (KafkaException | CompletionException e) {
          if (!mayPass(e)) {
            throw e;
          }
          LOG.warn("{} cannot be read at the moment, trying again: {}", topic, e.getMessage());
          if (e instanceof KafkaException
              && !(e instanceof RetriableException)
              && !isUnresolved(e)) {
            refused = "%s cannot be read, which is tried again: %s".formatted(topic, e);
          }
          var unused = closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop(e);
    } catch (RuntimeException | Error e) {
      stop(e);
    }
  }

  /** Whether a consumer could not be made because the brokers' names are gone, as they may be. */
  static boolean isUnresolved(RuntimeException e) {
    return e instanceof KafkaException && e.getCause() instanceof ConfigException;
  }

  /**
   * Whether it may be over at the next try. Of what the brokers say everything may, once a consumer
   * could be made; of what became of a record that is put elsewhere, what is not its own fault.
   */
  private boolean mayPass(RuntimeException e) {
    if (e instanceof CompletionException) {
      Throwable cause = e.getCause();
      return cause instanceof RetriableException
          || cause instanceof AuthorizationException
          || cause instanceof AuthenticationException;
    }
    return hasFollowed;
  }

  /**
   * Tries until there is room, with what is in hand: what is malformed in it would be handed on
   * once more if it were read again.
   *
   * @return false where the tail is closed before that
   */
  private boolean insist(Runnable action) throws InterruptedException {
    while (!isClosing()) {
      try {
        action.run();
        if (waiting != null) {
          waiting = null;
          LOG.info("{} is followed again", topic);
        }
        return true;
      } catch (TargetFullException e) {
        // Once, however long it takes; readiness says it all the time.
        if (waiting == null) {
          LOG.warn("{} waits: {}", topic, e.getMessage());
        }
        waiting = e.getMessage();
        var unused = closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
    return false;
  }

  private void stop(Throwable cause) {
    LOG.error("{} is not followed any more", topic, cause);
    failure.set(cause);
  }

  private void follow() throws InterruptedException {
    try (var consumer = KafkaClients.consumer(properties)) {
      hasFollowed = true;
      List<TopicPartition> partitions = partitions(consumer);
      if (isClosing()) {
        return;
      }
      assign(consumer, partitions);
      while (!hasGrown(consumer, partitions)
          && insist(target::recover)
          && apply(consumer.poll(POLL))) {
        if (!caughtUp() && measured.update(consumer)) {
          caughtUp.countDown();
        }
        // Not at the first record: what another partition brings says nothing of the one refused.
        if (refused != null && isAtEnd(consumer)) {
          refused = null;
          LOG.info("{} is read again", topic);
        }
      }
    }
  }

  private static boolean isAtEnd(KafkaConsumer<byte[], byte[]> consumer) {
    return consumer.assignment().stream()
        .allMatch(partition -> consumer.currentLag(partition).orElse(1) == 0);
  }

  private void assign(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
    consumer.assign(partitions);
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    Map<Integer, Long> stored = target.offsets();
    var start = new HashMap<TopicPartition, Long>();
    for (TopicPartition partition : partitions) {
      long beginning = beginnings.getOrDefault(partition, 0L);
      long next = Math.max(beginning, stored.getOrDefault(partition.partition(), beginning));
      long end = ends.getOrDefault(partition, 0L);
      if (next > end) {
        throw new OtherTopicException(
            "the store has read %s up to offset %d, but the topic ends at %d: it is not the topic that the store was filled from. Restore the topic, or stop the node and run 'freshet store rebuild': it is filled from the topic as it is."
                .formatted(partition, next, end));
      }
      start.put(partition, next);
      consumer.seek(partition, next);
    }
    if (!caughtUp()) {
      measured.begin(start, ends);
    }
  }

  /** A topic that was just made may not be known to every broker yet. */
  private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer)
      throws InterruptedException {
    Partitions known = known(consumer);
    if (!isEnough(known)) {
      LOG.info("{} has the partitions {} so far, waits for {}", topic, known, chosen);
    }
    while (!isEnough(known) && !closing.await(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
      known = known(consumer);
    }
    return (chosen == null ? known : chosen)
        .numbers().stream().map(number -> new TopicPartition(topic, number)).toList();
  }

  private Partitions known(KafkaConsumer<byte[], byte[]> consumer) {
    return Partitions.of(
        consumer.partitionsFor(topic).stream().map(PartitionInfo::partition).toList());
  }

  /**
   * Whether the topic has partitions that are not read yet, and are to be: {@code documents} may
   * gain some while the tail runs, and those of the vectors come after them. By what the client
   * knows, which asks the brokers every {@link #LOOK}.
   */
  private boolean hasGrown(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> followed) {
    if (chosen != null) {
      return false;
    }
    int known = consumer.partitionsFor(topic).size();
    if (known > followed.size()) {
      LOG.info("{} has {} partitions now, of which {} are read", topic, known, followed.size());
    }
    return known > followed.size();
  }

  private boolean isEnough(Partitions known) {
    return chosen == null ? !known.isEmpty() : known.containsAll(chosen);
  }

  /**
   * @return false where the tail is closed before they are stored
   */
  private boolean apply(ConsumerRecords<byte[], byte[]> records) throws InterruptedException {
    if (records.isEmpty()) {
      return true;
    }
    var changes = new ArrayList<VectorRecord>(records.count());
    var next = new HashMap<Integer, Long>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      decode(record, changes);
      next.put(record.partition(), record.offset() + 1);
    }
    return insist(() -> target.apply(changes, next));
  }

  private void decode(ConsumerRecord<byte[], byte[]> record, List<VectorRecord> changes) {
    if (record.key() == null || record.value() == null) {
      malformed.accept(record, "a vector record needs a key and a value");
      return;
    }
    try {
      changes.add(
          VectorRecordCodec.decode(
              new String(record.key(), StandardCharsets.UTF_8), record.value()));
    } catch (MalformedRecordException e) {
      malformed.accept(record, e.reason());
    }
  }
}
