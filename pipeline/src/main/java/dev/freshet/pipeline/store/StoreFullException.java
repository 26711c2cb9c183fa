package dev.freshet.pipeline.store;

/**
 * There is no room for a change: nothing of it was written. It may be tried again, since the store
 * takes changes as soon as there is room.
 */
public final class StoreFullException extends StoreException {
  StoreFullException(String message) {
    super(message);
  }

  StoreFullException(String message, Throwable cause) {
    super(message, cause);
  }
}
