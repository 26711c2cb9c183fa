package dev.freshet.pipeline.app;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The report of an experiment that goes on for hours: written anew as trials end, so that a process
 * that is stopped or killed leaves one, but not for each of many short trials, for its tests of
 * significance take seconds. Thread-safe: one thread writes at a time.
 */
final class LiveReport {
  private static final Logger LOG = LoggerFactory.getLogger(LiveReport.class);

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

  /**
   * A trial is done and kept: writes, if it is time. What keeps it from writing does not end the
   * trials that are under way; {@link #writeNow} meets it again.
   */
  synchronized void trialEnded() {
    if (!isThere || nanoTime.getAsLong() - written >= EVERY.toNanos()) {
      try {
        writeNow();
      } catch (RuntimeException e) {
        LOG.warn("the report of the trials so far cannot be written", e);
      }
    }
  }

  /** Writes, because no other trial will be done. */
  synchronized void writeNow() {
    write.run();
    isThere = true;
    written = nanoTime.getAsLong();
  }
}
