package dev.freshet.pipeline.store;

import dev.freshet.pipeline.event.Position;

/**
 * A version of a document, or its delete.
 *
 * @param position in {@code documents}
 * @param timestampMillis when it was appended there, milliseconds since the epoch
 * @param isDelete whether the document is gone since
 */
public record StoredVersion(Position position, long timestampMillis, boolean isDelete) {}
