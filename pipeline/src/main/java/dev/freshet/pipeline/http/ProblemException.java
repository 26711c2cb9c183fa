package dev.freshet.pipeline.http;

import java.util.LinkedHashMap;
import java.util.Map;

/** Ends a request with a problem. The message is its detail and is shown to the client. */
public class ProblemException extends RuntimeException {
  private final int status;
  private final transient Map<String, Object> fields;

  /**
   * A problem.
   *
   * @param status HTTP status, 400 to 599
   * @param detail what is wrong and what to do, for the client
   */
  public ProblemException(int status, String detail) {
    this(status, detail, Map.of());
  }

  /**
   * A problem that says more.
   *
   * @param fields further members of the problem, for programs
   */
  public ProblemException(int status, String detail, Map<String, ?> fields) {
    super(detail);
    this.status = status;
    this.fields = new LinkedHashMap<>(fields);
  }

  int status() {
    return status;
  }

  String detail() {
    return String.valueOf(getMessage());
  }

  Map<String, Object> fields() {
    return fields;
  }

  @Override
  public synchronized ProblemException initCause(Throwable cause) {
    super.initCause(cause);
    return this;
  }
}
