package dev.freshet.pipeline.event;

import java.util.concurrent.CompletableFuture;

/**
 * Where accepted documents go. Thread-safe. Changes of one document keep the order of the calls.
 *
 * <p>A future completes when the change is durable, and fails when it is not known to be. A call
 * may block while there is no room for more; it may throw what it could also fail with.
 */
public interface DocumentWriter {

  /** Writes a document in place of the one with its id. */
  CompletableFuture<Void> upsert(Document document);

  /** Deletes a document. Without effect on what is searchable where there is none. */
  CompletableFuture<Void> delete(String id);

  /**
   * Puts a record aside that cannot be a document.
   *
   * @param original the bytes as they came
   * @param reason what is wrong with them
   * @param source where they came from, for people
   */
  CompletableFuture<Void> deadLetter(byte[] original, String reason, String source);
}
