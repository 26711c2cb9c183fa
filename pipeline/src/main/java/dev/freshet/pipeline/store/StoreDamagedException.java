package dev.freshet.pipeline.store;

/** What was read is not what was written. */
public final class StoreDamagedException extends StoreException {
  public StoreDamagedException(String message) {
    super(message);
  }

  public StoreDamagedException(String message, Throwable cause) {
    super(message, cause);
  }
}
