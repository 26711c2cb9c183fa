package dev.freshet.pipeline.event;

/** A record that breaks its topic's contract. The message is the reason shown to people. */
public class MalformedRecordException extends Exception {
  private final String reason;

  public MalformedRecordException(String reason) {
    super(reason);
    this.reason = reason;
  }

  public MalformedRecordException(String reason, Throwable cause) {
    super(reason, cause);
    this.reason = reason;
  }

  /** What is wrong, for people. */
  public String reason() {
    return reason;
  }
}
