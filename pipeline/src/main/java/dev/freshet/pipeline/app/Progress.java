package dev.freshet.pipeline.app;

import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Tells how far a long piece of work is: a bar that moves on a terminal, a line every few seconds
 * elsewhere. Thread-safe.
 */
final class Progress {
  private static final Duration BAR_EVERY = Duration.ofMillis(200);
  private static final Duration LINE_EVERY = Duration.ofSeconds(5);
  private static final int BAR_COLUMNS = 24;

  private final Terminal terminal;
  private final long totalWork;
  private final LongSupplier nanoTime;
  private final long start;
  private long shown;
  private boolean barShown;

  /**
   * @param totalWork in any unit, bytes of a file for instance, or -1 where nobody knows
   * @param nanoTime a clock
   */
  Progress(Terminal terminal, long totalWork, LongSupplier nanoTime) {
    this.terminal = terminal;
    this.totalWork = totalWork;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
    this.shown = start;
  }

  /**
   * Shows where the work is, if it is time.
   *
   * @param work in the unit of the total
   */
  synchronized void at(long documents, long work) {
    long now = nanoTime.getAsLong();
    Duration every = terminal.interactive() ? BAR_EVERY : LINE_EVERY;
    if (now - shown < every.toNanos()) {
      return;
    }
    shown = now;
    String text = text(documents, work, seconds(now));
    if (terminal.interactive()) {
      terminal.err().print("\r\u001b[K" + text);
      barShown = true;
    } else {
      terminal.err().println(text);
    }
    terminal.err().flush();
  }

  /** A line for people, above the bar. */
  synchronized void notice(String text) {
    clear();
    terminal.err().println(text);
    terminal.err().flush();
  }

  /** Takes the bar away. */
  synchronized void clear() {
    if (barShown) {
      terminal.err().print("\r\u001b[K");
      terminal.err().flush();
      barShown = false;
    }
  }

  /** Time since the start. */
  double seconds() {
    return seconds(nanoTime.getAsLong());
  }

  private double seconds(long now) {
    return Math.max(1e-3, (now - start) / 1e9);
  }

  private String text(long documents, long work, double seconds) {
    String count =
        String.format(Locale.ROOT, "%,d documents, %,.0f/s", documents, documents / seconds);
    if (totalWork <= 0) {
      return count;
    }
    double share = Math.min(1, (double) work / totalWork);
    int full = (int) (share * BAR_COLUMNS);
    String bar = "#".repeat(full) + ".".repeat(BAR_COLUMNS - full);
    String left = share == 0 ? "" : ", " + time(seconds / share * (1 - share)) + " left";
    return String.format(Locale.ROOT, "[%s] %3.0f %%  %s%s", bar, 100 * share, count, left);
  }

  private static String time(double seconds) {
    long whole = Math.round(seconds);
    return whole < 3_600
        ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3_600, whole / 60 % 60, whole % 60);
  }
}
