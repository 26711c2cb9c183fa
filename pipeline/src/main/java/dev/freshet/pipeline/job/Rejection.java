package dev.freshet.pipeline.job;

import dev.freshet.pipeline.event.Position;
import org.jspecify.annotations.Nullable;

/**
 * A record that breaks its contract, as it came. The arrays are shared, not copied.
 *
 * @param topic where it stands
 * @param partition of the topic
 * @param offset in the partition
 * @param reason what is wrong with it, for people
 */
@SuppressWarnings("ArrayRecordComponent") // Flink serialises records; this one is never compared.
public record Rejection(
    String topic,
    int partition,
    long offset,
    byte @Nullable [] key,
    byte @Nullable [] value,
    String reason) {

  /** Of a record of a topic. */
  public static Rejection of(String topic, SourceRecord source, String reason) {
    return new Rejection(
        topic, source.partition(), source.offset(), source.key(), source.value(), reason);
  }

  Position position() {
    return new Position(partition, offset);
  }
}
