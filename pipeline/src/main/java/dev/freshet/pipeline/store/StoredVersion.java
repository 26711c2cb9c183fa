package dev.freshet.pipeline.store;

import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;

/**
 * A version of a document, or its delete: what decides about writes.
 *
 * @param position in {@code documents}
 * @param timestampMillis when it was appended there, milliseconds since the epoch
 * @param passages 0 where the document is gone since
 */
public record StoredVersion(Position position, long timestampMillis, int passages) {

  /** What there is after this record took effect. */
  static StoredVersion of(VectorRecord record) {
    int passages = record instanceof VectorRecord.Upsert upsert ? upsert.passages().size() : 0;
    return new StoredVersion(record.position(), record.timestampMillis(), passages);
  }

  /** Whether the document is gone since. */
  public boolean isDelete() {
    return passages == 0;
  }

  /** Whether this one replaces the other: see {@link Position#supersedes}. */
  public boolean supersedes(StoredVersion other) {
    return Position.supersedes(
        position, timestampMillis, other.position(), other.timestampMillis());
  }
}
