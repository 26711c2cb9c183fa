package dev.freshet.pipeline.search;

/**
 * What is asked for cannot be had of a generation now: of one that this node has not read to the
 * end yet, or while the brokers are away. Try again later.
 */
public class GenerationNotReadyException extends RuntimeException {
  public GenerationNotReadyException(String message) {
    super(message);
  }

  public GenerationNotReadyException(String message, Throwable cause) {
    super(message, cause);
  }
}
