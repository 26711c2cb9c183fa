package dev.freshet.pipeline.gateway;

/** A node that was asked and did not answer what was asked. */
final class NodeException extends RuntimeException {

  /** What is wrong. */
  enum Kind {
    /** Nobody answers there, or not as a serve node does, or it failed. */
    FAILED,
    /** It does not hold the generation. */
    UNKNOWN_GENERATION,
    /** The query cannot be encoded, there or anywhere. */
    QUERY
  }

  private final Kind kind;

  NodeException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  NodeException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
