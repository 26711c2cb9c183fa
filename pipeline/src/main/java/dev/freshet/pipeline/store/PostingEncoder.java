package dev.freshet.pipeline.store;

import dev.freshet.pipeline.event.VectorRecord;

/** Says what the vector index wants to find of a document when the store is opened again. */
@FunctionalInterface
public interface PostingEncoder {
  /** No posting. */
  byte[] NONE = new byte[0];

  /**
   * Bytes that go into the same write as the document; none where the index needs none. Called by
   * the one who writes.
   *
   * @param vectors {@code [passages][dimensions]}, as the store keeps them, so that the same
   *     posting can be made of them later
   */
  byte[] encode(VectorRecord.Upsert upsert, float[][] vectors);
}
