package dev.freshet.training.feedback;

import java.util.concurrent.CancellationException;

/** What becomes of a round whose thread was interrupted; the thread is not any more then. */
final class Cancellation {
  private static final String REASON = "the round was interrupted";

  private Cancellation() {}

  /**
   * @throws CancellationException when the calling thread was interrupted
   */
  static void check() {
    if (Thread.interrupted()) {
      throw new CancellationException(REASON);
    }
  }

  /** The cancellation where the calling thread was interrupted, which then caused the failure. */
  static RuntimeException orElse(RuntimeException failure) {
    if (!Thread.interrupted()) {
      return failure;
    }
    CancellationException cancelled = new CancellationException(REASON);
    cancelled.initCause(failure);
    return cancelled;
  }
}
