package dev.freshet.pipeline.app;

/** Ends a command with a sentence for its user. */
public class CommandException extends RuntimeException {
  private final int exitCode;

  /** A command that failed. */
  public CommandException(String message, Throwable cause) {
    super(message, cause);
    this.exitCode = Freshet.FAILED;
  }

  /** A command that failed. */
  public CommandException(String message) {
    super(message);
    this.exitCode = Freshet.FAILED;
  }

  private CommandException(String message, int exitCode) {
    super(message);
    this.exitCode = exitCode;
  }

  /** A command that was asked for something that cannot be. */
  public static CommandException wrongUsage(String message) {
    return new CommandException(message, Freshet.WRONG_USAGE);
  }

  int exitCode() {
    return exitCode;
  }
}
