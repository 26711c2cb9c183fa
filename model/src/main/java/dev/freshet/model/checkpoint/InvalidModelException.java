package dev.freshet.model.checkpoint;

/** A model folder or tensor file that cannot be used; the message says what is wrong with which. */
public class InvalidModelException extends RuntimeException {
  public InvalidModelException(String message) {
    super(message);
  }

  public InvalidModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
