package dev.freshet.pipeline.store;

import java.util.concurrent.atomic.AtomicBoolean;

/** What was read is not what was written. Thread-safe. */
public final class StoreDamagedException extends StoreException {
  private final AtomicBoolean isNoted = new AtomicBoolean();

  public StoreDamagedException(String message) {
    super(message);
  }

  public StoreDamagedException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Whether nobody has noted it before. Whatever else it passes through on its way is not damaged.
   */
  boolean note() {
    return isNoted.compareAndSet(false, true);
  }
}
