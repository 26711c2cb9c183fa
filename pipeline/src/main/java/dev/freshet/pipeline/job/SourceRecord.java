package dev.freshet.pipeline.job;

import dev.freshet.pipeline.event.Position;
import org.jspecify.annotations.Nullable;

/**
 * A record of a topic as it was read. Undecoded, so that a checkpoint of what is being encoded
 * holds nothing but the producers' bytes. The arrays are shared, not copied.
 */
@SuppressWarnings("ArrayRecordComponent") // Flink serialises records; this one is never compared.
public record SourceRecord(
    int partition,
    long offset,
    long timestampMillis,
    byte @Nullable [] key,
    byte @Nullable [] value) {

  /** Where it stands in its topic. */
  public Position position() {
    return new Position(partition, offset);
  }
}
