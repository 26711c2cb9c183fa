package dev.freshet.pipeline.store;

/**
 * The store cannot do what was asked: disk full, damaged, locked, of another format. The message is
 * a sentence for people that says what to do.
 */
public class StoreException extends RuntimeException {
  public StoreException(String message) {
    super(message);
  }

  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
