package dev.freshet.pipeline.replica;

/** The store of another node could not be had. The message says what to do. */
public class ReplicaException extends RuntimeException {
  public ReplicaException(String message) {
    super(message);
  }

  public ReplicaException(String message, Throwable cause) {
    super(message, cause);
  }
}
