package dev.freshet.pipeline.kafka;

/** Waiting for threads that have been told to end. */
public final class Threads {
  private Threads() {}

  /** Returns when the thread has ended, whoever interrupts the caller; the caller stays so. */
  public static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
