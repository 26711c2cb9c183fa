package dev.freshet.model.encoder;

/** A text that the model cannot turn into a usable vector. */
public class EncodingException extends RuntimeException {
  public EncodingException(String message) {
    super(message);
  }

  public EncodingException(String message, Throwable cause) {
    super(message, cause);
  }
}
