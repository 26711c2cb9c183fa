package dev.freshet.pipeline.http;

/** The HTTP interface cannot be opened. The message says what to do. */
public class HttpStartException extends RuntimeException {
  public HttpStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
