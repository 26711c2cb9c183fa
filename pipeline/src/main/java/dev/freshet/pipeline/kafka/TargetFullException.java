package dev.freshet.pipeline.kafka;

/**
 * The {@link VectorTail.Target} has no room for changes; nothing was stored, and the same may be
 * tried again.
 */
public final class TargetFullException extends RuntimeException {
  public TargetFullException(String message, Throwable cause) {
    super(message, cause);
  }
}
