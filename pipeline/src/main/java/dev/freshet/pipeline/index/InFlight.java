package dev.freshet.pipeline.index;

import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.job.SourceRecord;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The records of one subtask that are being encoded, and what may leave when: a record as soon as
 * it is done, unless an earlier one of the same document is not. So no document waits for another.
 *
 * <p>Not thread-safe: the task's thread has it.
 */
final class InFlight {
  private static final ByteBuffer NO_KEY = ByteBuffer.allocate(0);

  private final LinkedHashSet<Entry> byArrival = new LinkedHashSet<>();
  private final Map<ByteBuffer, Deque<Entry>> byDocument = new HashMap<>();
  private final Map<Integer, Offsets> byPartition = new HashMap<>();

  /** A record, with its outcome once there is one. Identity matters, not content. */
  static final class Entry {
    private final SourceRecord source;
    private @Nullable IndexedRecord outcome;

    private Entry(SourceRecord source) {
      this.source = source;
    }

    private ByteBuffer document() {
      byte[] key = source.key();
      return key == null ? NO_KEY : ByteBuffer.wrap(key);
    }
  }

  /** Offsets of one partition. */
  private static final class Offsets {
    private final TreeSet<Long> waiting = new TreeSet<>();
    private long afterLast;

    private long settled() {
      return waiting.isEmpty() ? afterLast : waiting.first();
    }
  }

  /**
   * Takes in how far a partition was read before a restart, since the last records may have
   * overtaken those that are in flight again.
   *
   * @param end as {@link #ends} had it
   */
  void resume(Position end) {
    Offsets offsets = byPartition.computeIfAbsent(end.partition(), partition -> new Offsets());
    offsets.afterLast = Math.max(offsets.afterLast, end.offset());
  }

  /** By partition the offset after the last record that has come. */
  List<Position> ends() {
    return byPartition.entrySet().stream()
        .map(entry -> new Position(entry.getKey(), entry.getValue().afterLast))
        .toList();
  }

  /** Takes in a record; those of a partition come in the order of their offsets. */
  Entry add(SourceRecord source) {
    var entry = new Entry(source);
    byArrival.add(entry);
    byDocument.computeIfAbsent(entry.document(), key -> new ArrayDeque<>()).addLast(entry);
    Offsets offsets = byPartition.computeIfAbsent(source.partition(), partition -> new Offsets());
    offsets.waiting.add(source.offset());
    offsets.afterLast = Math.max(offsets.afterLast, source.offset() + 1);
    return entry;
  }

  /**
   * Notes an outcome and lets go what may leave now.
   *
   * @param emit takes outcomes, those of one document in their order
   */
  void done(Entry entry, IndexedRecord outcome, Consumer<IndexedRecord> emit) {
    entry.outcome = outcome;
    ByteBuffer document = entry.document();
    Deque<Entry> queue = Objects.requireNonNull(byDocument.get(document));
    while (!queue.isEmpty()) {
      IndexedRecord first = queue.getFirst().outcome;
      if (first == null) {
        return;
      }
      remove(queue.removeFirst());
      emit.accept(first);
    }
    byDocument.remove(document);
  }

  private void remove(Entry entry) {
    byArrival.remove(entry);
    Objects.requireNonNull(byPartition.get(entry.source.partition()))
        .waiting
        .remove(entry.source.offset());
  }

  /** Of each partition {@link #settled(int)}. */
  List<Position> settled() {
    return byPartition.entrySet().stream()
        .map(entry -> new Position(entry.getKey(), entry.getValue().settled()))
        .toList();
  }

  /** Every record of the partition before this offset has left; 0 where none has come. */
  long settled(int partition) {
    Offsets offsets = byPartition.get(partition);
    return offsets == null ? 0 : offsets.settled();
  }

  int size() {
    return byArrival.size();
  }

  boolean isEmpty() {
    return byArrival.isEmpty();
  }

  /** What is here, in the order in which it came. */
  List<SourceRecord> records() {
    return byArrival.stream().map(entry -> entry.source).toList();
  }
}
