package dev.freshet.pipeline.search;

import dev.freshet.pipeline.event.Position;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What is known about the document of each ordinal. One writer; readers beside it see an entry
 * before or after a change.
 */
final class OrdinalTable {
  private static final int INITIAL = 1_024;

  private volatile AtomicReferenceArray<@Nullable Entry> entries =
      new AtomicReferenceArray<>(INITIAL);

  /**
   * One version of a document.
   *
   * @param timestampMillis when it was appended to {@code documents}
   * @param change number of the change that brought it
   */
  record Entry(
      String id,
      Position position,
      long timestampMillis,
      Map<String, Object> attributes,
      long change) {}

  @Nullable Entry get(int ordinal) {
    AtomicReferenceArray<@Nullable Entry> now = entries;
    return ordinal < now.length() ? now.get(ordinal) : null;
  }

  /** Writer only. */
  void set(int ordinal, @Nullable Entry entry) {
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
}
