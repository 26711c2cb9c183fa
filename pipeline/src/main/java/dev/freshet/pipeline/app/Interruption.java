package dev.freshet.pipeline.app;

import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C, or a signal to end, while a command works that has nothing to close. It ends the process
 * at once: everything on disk is as after a kill, from which commands go on. Left to itself the JVM
 * would take down the tensor engine's own data while a thread is still computing in it, and report
 * its crash.
 *
 * <p>A command that is to be closed, a {@link Foreground}, takes over. Thread-safe.
 */
final class Interruption {
  /** What shells call a command that Ctrl-C ended. */
  static final int INTERRUPTED = 130;

  private static @Nullable Thread hook;

  private Interruption() {}

  /** From now on. */
  static synchronized void endsTheProcess() {
    Thread end = new Thread(Interruption::end, "interruption");
    Runtime.getRuntime().addShutdownHook(end);
    hook = end;
  }

  private static void end() {
    System.out.flush();
    System.err.flush();
    Runtime.getRuntime().halt(INTERRUPTED);
  }

  /** No longer: the command has ended, or closes what it has opened. */
  static synchronized void isLeftToTheCommand() {
    if (hook == null) {
      return;
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending as it is.
    }
    hook = null;
  }
}
