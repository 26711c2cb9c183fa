package dev.freshet.pipeline.http;

/** A generation is in a state in which what was asked for is not possible. */
public final class GenerationConflictException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public GenerationConflictException(String message) {
    super(message);
  }
}
