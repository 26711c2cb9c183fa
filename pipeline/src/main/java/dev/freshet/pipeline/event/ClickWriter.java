package dev.freshet.pipeline.event;

import java.util.concurrent.CompletableFuture;

/** Where accepted clicks go. Thread-safe. */
@FunctionalInterface
public interface ClickWriter {

  /**
   * Writes an event. The future completes when it is durable, and fails when it is not known to be.
   * May block while there is no room for more; may throw what it could also fail with.
   */
  CompletableFuture<Void> write(Click click);
}
