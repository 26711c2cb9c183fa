package dev.freshet.pipeline.conduct;

/** What Flink says of failures: stack traces as text. */
final class StackTraces {
  private static final String CAUSED_BY = "Caused by: ";
  private static final String OURS = "dev.freshet.";

  private StackTraces() {}

  /**
   * The line that says what was wrong: of an exception of ours, which says what to do, and
   * otherwise of the one that all others followed from. Empty where there is no line.
   */
  static String reason(String trace) {
    String reason = "";
    for (String line : trace.split("\\R", -1)) {
      boolean isMessage =
          !line.isBlank()
              && !line.startsWith("\t")
              && !line.startsWith("<Exception on server side")
              && !line.startsWith("End of exception on server side");
      if (isMessage) {
        reason = line.startsWith(CAUSED_BY) ? line.substring(CAUSED_BY.length()) : line;
        if (reason.startsWith(OURS)) {
          return reason.substring(reason.indexOf(' ') + 1);
        }
      }
    }
    return reason;
  }
}
