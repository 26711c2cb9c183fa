package dev.freshet.pipeline.search;

/**
 * A filter that cannot be understood. The message names the place, the value and what is allowed.
 */
public class InvalidFilterException extends RuntimeException {
  public InvalidFilterException(String message) {
    super(message);
  }
}
