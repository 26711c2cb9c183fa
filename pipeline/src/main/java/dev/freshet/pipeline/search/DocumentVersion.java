package dev.freshet.pipeline.search;

import dev.freshet.pipeline.event.Position;

/**
 * A version of a document.
 *
 * @param partition of {@code documents}
 * @param offset in that partition
 * @param millis when Kafka took it in, milliseconds since the epoch
 */
public record DocumentVersion(String id, int partition, long offset, long millis) {

  /** Where it stands in {@code documents}. */
  public Position position() {
    return new Position(partition, offset);
  }

  /** Whether this is newer than another version of the same document. */
  public boolean isNewerThan(DocumentVersion other) {
    return Position.supersedes(position(), millis, other.position(), other.millis());
  }
}
