package dev.freshet.pipeline.search;

/** A request that names a generation which this node does not hold. */
public class UnknownGenerationException extends RuntimeException {
  public UnknownGenerationException(String message) {
    super(message);
  }
}
