package dev.freshet.training.corpus;

/** A line of a text file that cannot be used; the message says which, where and why. */
public final class MalformedLineException extends RuntimeException {
  /**
   * @param line counted from 1
   */
  public MalformedLineException(Object file, int line, String reason) {
    super("%s, line %d: %s".formatted(file, line, reason));
  }

  /**
   * @param line counted from 1
   */
  public MalformedLineException(Object file, int line, String reason, Throwable cause) {
    super("%s, line %d: %s".formatted(file, line, reason), cause);
  }
}
