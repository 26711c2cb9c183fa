package dev.freshet.pipeline.app;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The report of an experiment that goes on for hours: written anew as trials end, so that a process
 * that is stopped or killed leaves one, but not for each of many short trials, for its tests of
 * significance take seconds. Thread-safe: one thread writes at a time.
 */
final class LiveReport {
  private static final Duration EVERY = Duration.ofSeconds(30);

  private final Runnable write;
  private final LongSupplier nanoTime;
  private boolean isThere;
  private long written;

  /**
   * @param write writes the report of what is done, in place of an earlier one
   * @param nanoTime a clock
   */
  LiveReport(Runnable write, LongSupplier nanoTime) {
    this.write = write;
    this.nanoTime = nanoTime;
  }

  /** A trial is done and kept: writes, if it is time. */
  synchronized void trialEnded() {
    if (!isThere || nanoTime.getAsLong() - written >= EVERY.toNanos()) {
      writeNow();
    }
  }

  /** Writes, because no other trial will be done. */
  synchronized void writeNow() {
    write.run();
    isThere = true;
    written = nanoTime.getAsLong();
  }
}
