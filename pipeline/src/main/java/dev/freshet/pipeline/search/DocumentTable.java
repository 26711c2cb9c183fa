package dev.freshet.pipeline.search;

import dev.freshet.pipeline.event.Position;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is known in memory about each live document, by its id and by its ordinal. The ordinal of a
 * document that is gone goes to the next new one. One writer; readers beside it see an entry before
 * or after a change.
 */
final class DocumentTable {
  /**
   * What is known of a document beside its attributes and the letters of its id; an estimate, as
   * all that follow.
   */
  private static final long ENTRY_BYTES = 250;

  /** Of a table of attributes, of each of them with a number, and of a text beside its letters. */
  private static final long TABLE_BYTES = 64;

  private static final long ATTRIBUTE_BYTES = 120;
  private static final long TEXT_BYTES = 48;

  private static final int INITIAL = 1_024;

  private final Map<String, Integer> ordinals = new ConcurrentHashMap<>();

  /** Of documents that are gone; the writer's own. */
  private final Deque<Integer> freeOrdinals = new ArrayDeque<>();

  private int nextOrdinal;

  /** Of all ids and attributes. */
  private final AtomicLong contentBytes = new AtomicLong();

  private volatile AtomicReferenceArray<@Nullable Entry> entries =
      new AtomicReferenceArray<>(INITIAL);

  /**
   * One version of a document.
   *
   * @param timestampMillis when it was appended to {@code documents}
   * @param passages how many rows the vector index has of it
   * @param change number of the change that brought it
   */
  record Entry(
      String id,
      Position position,
      long timestampMillis,
      Map<String, Object> attributes,
      int passages,
      long change) {

    private long contentBytes() {
      return id.length() + DocumentTable.attributeBytes(attributes);
    }
  }

  /** What attributes take. */
  static long attributeBytes(Map<String, Object> attributes) {
    long bytes = attributes.isEmpty() ? 0 : TABLE_BYTES;
    for (Map.Entry<String, Object> attribute : attributes.entrySet()) {
      bytes += ATTRIBUTE_BYTES + attribute.getKey().length();
      bytes += attribute.getValue() instanceof String text ? TEXT_BYTES + text.length() : 0;
    }
    return bytes;
  }

  /**
   * Puts a version in the place of the one before. Writer only.
   *
   * @return the document's ordinal
   */
  int put(Entry entry) {
    int ordinal =
        ordinals.computeIfAbsent(
            entry.id(), added -> freeOrdinals.isEmpty() ? nextOrdinal++ : freeOrdinals.remove());
    set(ordinal, entry);
    return ordinal;
  }

  /** Writer only. Nobody may find the ordinal of that document any more. */
  void remove(String id) {
    Integer ordinal = ordinals.remove(id);
    if (ordinal != null) {
      set(ordinal, null);
      freeOrdinals.add(ordinal);
    }
  }

  private void set(int ordinal, @Nullable Entry entry) {
    Entry before = get(ordinal);
    contentBytes.addAndGet(
        (entry == null ? 0 : entry.contentBytes()) - (before == null ? 0 : before.contentBytes()));
    AtomicReferenceArray<@Nullable Entry> now = entries;
    if (ordinal >= now.length()) {
      AtomicReferenceArray<@Nullable Entry> larger =
          new AtomicReferenceArray<>(Math.max(ordinal + 1, now.length() * 2));
      for (int i = 0; i < now.length(); i++) {
        larger.setPlain(i, now.get(i));
      }
      larger.set(ordinal, entry);
      entries = larger;
    } else {
      now.set(ordinal, entry);
    }
  }

  /** The document of an ordinal; null where it is gone. */
  @Nullable Entry get(int ordinal) {
    AtomicReferenceArray<@Nullable Entry> now = entries;
    return ordinal < now.length() ? now.get(ordinal) : null;
  }

  /** The document of an id; null where it is gone. */
  @Nullable Entry get(String id) {
    Integer ordinal = ordinals.get(id);
    Entry entry = ordinal == null ? null : get(ordinal);
    // It may be another document's by now.
    return entry != null && entry.id().equals(id) ? entry : null;
  }

  @Nullable Integer ordinal(String id) {
    return ordinals.get(id);
  }

  /** Ids drawn at random, others at each call; all where there are no more than that. */
  List<String> sample(int most) {
    // The order of a hash table, which has nothing to do with what the ids stand for; from some
    // place in it on, and where it ends from its beginning.
    int start = ThreadLocalRandom.current().nextInt(Math.max(1, ordinals.size()));
    return Stream.concat(
            ordinals.keySet().stream().skip(start), ordinals.keySet().stream().limit(start))
        .limit(most)
        .distinct()
        .toList();
  }

  /** An estimate. */
  long memoryBytes() {
    return ENTRY_BYTES * ordinals.size() + contentBytes.get();
  }
}
