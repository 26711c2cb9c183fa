package dev.freshet.pipeline.search;

/** A search of a generation that this node has not read to the end yet. Try again later. */
public class GenerationNotReadyException extends RuntimeException {
  public GenerationNotReadyException(String message) {
    super(message);
  }
}
