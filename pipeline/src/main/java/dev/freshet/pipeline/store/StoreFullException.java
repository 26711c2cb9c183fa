package dev.freshet.pipeline.store;

/**
 * There is no room for a change, or the store is not yet open again after there was none: nothing
 * of the change was written. It may be tried again, since the store takes changes as soon as it
 * can.
 */
public final class StoreFullException extends StoreException {
  StoreFullException(String message) {
    super(message);
  }

  StoreFullException(String message, Throwable cause) {
    super(message, cause);
  }
}
