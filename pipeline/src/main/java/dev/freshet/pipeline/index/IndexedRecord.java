package dev.freshet.pipeline.index;

import dev.freshet.pipeline.job.Rejection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of a record of {@code documents}: a change of {@code vectors.<g>}, or a rejection.
 * Every record that was read yields exactly one, so that positions advance over bad ones too. The
 * arrays are shared, not copied.
 *
 * @param partition partition of {@code documents}
 * @param offset offset in that partition
 * @param timestampMillis when the record was appended to {@code documents}
 * @param key the document id, as it came
 * @param value the encoded vector record; for a rejection the record's value, as it came
 * @param rejection why the record was rejected, or null when it was not
 */
@SuppressWarnings("ArrayRecordComponent") // Flink serialises records; this one is never compared.
public record IndexedRecord(
    int partition,
    long offset,
    long timestampMillis,
    byte @Nullable [] key,
    byte @Nullable [] value,
    @Nullable String rejection) {

  boolean accepted() {
    return rejection == null;
  }

  boolean rejected() {
    return rejection != null;
  }

  /** For a record that was rejected. */
  Rejection rejection(String topic) {
    return new Rejection(
        topic, partition, offset, key, value, Objects.requireNonNull(rejection, "accepted"));
  }
}
