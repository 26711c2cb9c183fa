package dev.freshet.pipeline.host;

import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.config.Partitions;
import dev.freshet.pipeline.event.DocumentCodec;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.event.VectorRecordCodec;
import dev.freshet.pipeline.kafka.KafkaClients;
import dev.freshet.pipeline.kafka.KafkaDocumentWriter;
import dev.freshet.pipeline.kafka.OtherTopicException;
import dev.freshet.pipeline.kafka.TargetFullException;
import dev.freshet.pipeline.kafka.VectorTail;
import dev.freshet.pipeline.lexical.LexicalFullException;
import dev.freshet.pipeline.search.GenerationIndex;
import dev.freshet.pipeline.store.StoreFullException;
import dev.freshet.pipeline.store.VectorStore;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * {@code vectors.v} in this node: followed into the store and the index, by a thread of its own.
 * Generations whose document side is the same share it. Thread-safe.
 */
final class HostedVectors implements AutoCloseable {
  /** Nothing is done before it is complete. */
  private static final double ALMOST = 0.999;

  private final int generation;

  /** The partitions that are followed; null for all. */
  private final @Nullable Partitions held;

  private final GenerationIndex index;
  private final KafkaDocumentWriter writer;
  private final String topic;
  private final VectorTail tail;
  private final Pace pace = new Pace(System::nanoTime);

  private final ChangeGate gate = new ChangeGate();

  private HostedVectors(
      KafkaConfig config,
      Topics topics,
      int generation,
      @Nullable Partitions held,
      GenerationIndex index,
      KafkaDocumentWriter writer) {
    this.generation = generation;
    this.held = held;
    this.index = index;
    this.writer = writer;
    topic = topics.vectors(generation);
    tail =
        VectorTail.start(KafkaClients.properties(config), topic, held, new Target(), this::reject);
  }

  /**
   * Opens what the store has, and follows the topic from there.
   *
   * @param held the partitions to follow; null for all
   * @param dimensions length of the vectors
   * @param writer to dead-letters
   */
  static HostedVectors open(
      KafkaConfig config,
      Topics topics,
      int generation,
      @Nullable Partitions held,
      int dimensions,
      VectorStore store,
      KafkaDocumentWriter writer) {
    GenerationIndex index =
        GenerationIndex.open(store, generation, dimensions, DocumentCodec::decode);
    try {
      return new HostedVectors(config, topics, generation, held, index, writer);
    } catch (RuntimeException | Error e) {
      index.close();
      throw e;
    }
  }

  /** Where the tail's changes go; what the index cannot serve goes into {@code dead-letters}. */
  private final class Target implements VectorTail.Target {
    @Override
    public Map<Integer, Long> offsets() {
      return index.offsets();
    }

    @Override
    public void apply(List<VectorRecord> changes, Map<Integer, Long> nextOffsets) {
      try {
        take(changes, nextOffsets);
        pace.add(changes.size());
      } catch (StoreFullException e) {
        takeWithoutGrowth(changes);
        throw full(e);
      }
    }

    /** What needs no memory does not wait. It comes again with the others, without effect. */
    private void takeWithoutGrowth(List<VectorRecord> changes) {
      List<VectorRecord> some = index.withoutGrowth(changes);
      try {
        if (!some.isEmpty() && some.size() < changes.size()) {
          take(some, Map.of());
        }
      } catch (StoreFullException e) {
        // The disk is full, too: all of them wait.
      }
    }

    private void take(List<VectorRecord> changes, Map<Integer, Long> nextOffsets) {
      gate.pass(() -> index.apply(changes, nextOffsets, HostedVectors.this::reject));
    }

    @Override
    public void recover() {
      try {
        index.recover();
      } catch (StoreFullException | LexicalFullException e) {
        throw full(e);
      }
    }

    private static TargetFullException full(RuntimeException e) {
      return new TargetFullException(String.valueOf(e.getMessage()), e);
    }
  }

  private void reject(VectorRecord record, String reason) {
    byte[] key = VectorRecordCodec.key(record.id());
    writer.deadLetter(key, VectorRecordCodec.encode(record), reason, topic, null).join();
  }

  private void reject(ConsumerRecord<byte[], byte[]> record, String reason) {
    writer
        .deadLetter(
            record.key(),
            record.value(),
            reason,
            topic,
            new Position(record.partition(), record.offset()))
        .join();
  }

  int generation() {
    return generation;
  }

  GenerationIndex index() {
    return index;
  }

  /** Documents a second that were written here lately. */
  double pace() {
    return pace.perSecond();
  }

  VectorTail tail() {
    return tail;
  }

  /**
   * How much of them is here, from 0 to 1: while they are built, their documents beside those of
   * the served ones.
   */
  double progress(HostedVectors served) {
    if (index.isComplete() || served == this) {
      return tail.progress();
    }
    long all = Math.max(1, served.index.counts().documents());
    return Math.min(ALMOST, (double) index.counts().documents() / all);
  }

  /**
   * How long it takes until the rest is here, at the pace at which documents came lately; null
   * where nothing is left, or nothing came, or where every document is here and only later versions
   * of them can be missing, of which nobody knows how many there are.
   */
  @Nullable Double secondsLeft(double progress) {
    double now = pace();
    double left =
        progress > 0 && progress != ALMOST ? index.counts().documents() * (1 / progress - 1) : 0;
    return left > 0 && now > 0 ? left / now : null;
  }

  /** Why changes do not come in any more; null while they do, or will again. */
  @Nullable String failure() {
    Throwable failure = tail.failure();
    return failure == null
        ? null
        : "the vectors are not followed any more: " + failure.getMessage();
  }

  /** Whether that is because the topic is not the one that the store was filled from. */
  boolean isOfOtherTopic() {
    return tail.failure() instanceof OtherTopicException;
  }

  /**
   * Why changes do not come in any more, or not at the moment, or why some searches are refused;
   * null while all is well.
   */
  @Nullable String obstacle() {
    String failure = failure();
    if (failure != null) {
      return failure;
    }
    String waiting = tail.waiting();
    return waiting == null ? index.obstacle() : waiting;
  }

  /**
   * Whether everything that was here at the start is read, and up to these offsets, too; those of
   * partitions that are not held do not count.
   */
  boolean isRead(SortedMap<Integer, Long> required) {
    if (!tail.caughtUp()) {
      return false;
    }
    Map<Integer, Long> offsets = index.offsets();
    return required.entrySet().stream()
        .filter(end -> held == null || held.contains(end.getKey()))
        .allMatch(
            end -> end.getValue() == 0 || offsets.getOrDefault(end.getKey(), 0L) >= end.getValue());
  }

  /** Where all changes pass. */
  ChangeGate gate() {
    return gate;
  }

  /** Deletes documents that a later delete in {@code documents} has superseded here. */
  void delete(List<VectorRecord.Delete> deletes) {
    gate.pass(() -> index.apply(List.copyOf(deletes), Map.of(), this::reject));
  }

  @Override
  public void close() {
    tail.close();
    index.close();
  }
}
