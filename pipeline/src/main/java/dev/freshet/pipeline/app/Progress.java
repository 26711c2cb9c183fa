package dev.freshet.pipeline.app;

import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Tells how far a long piece of work is: a bar that moves on a terminal, a line every few seconds
 * elsewhere. Thread-safe.
 */
final class Progress {
  private static final Duration BAR_EVERY = Duration.ofMillis(200);
  private static final Duration LINE_EVERY = Duration.ofSeconds(5);
  private static final int BAR_COLUMNS = 24;

  private final Terminal terminal;
  private final LongSupplier nanoTime;
  private final long start;
  private double startShare;
  private long shown;
  private boolean barShown;

  /**
   * @param nanoTime a clock
   */
  Progress(Terminal terminal, LongSupplier nanoTime) {
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
    this.shown = start;
  }

  /** Tells that a part was done before: it does not count for the time that is left. */
  synchronized void goesOnFrom(double share) {
    startShare = share;
  }

  /**
   * Shows where the work is, if it is time.
   *
   * @param share of the work that is done, 0 to 1; NaN where nobody knows
   * @param what the rest of the line
   */
  synchronized void at(double share, Supplier<String> what) {
    long now = nanoTime.getAsLong();
    Duration every = terminal.interactive() ? BAR_EVERY : LINE_EVERY;
    if (now - shown < every.toNanos()) {
      return;
    }
    shown = now;
    String text = text(share, what.get(), seconds(now));
    if (terminal.interactive()) {
      terminal.err().print("\r\u001b[K" + text);
      barShown = true;
    } else {
      terminal.err().println(text);
    }
    terminal.err().flush();
  }

  /** As {@link #at}, with a count of documents and their rate. */
  synchronized void atDocuments(double share, long documents) {
    at(
        share,
        () ->
            String.format(Locale.ROOT, "%,d documents, %,.0f/s", documents, documents / seconds()));
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

  private String text(double share, String what, double seconds) {
    if (Double.isNaN(share)) {
      return what;
    }
    int full = (int) (Math.min(1, share) * BAR_COLUMNS);
    String bar = "#".repeat(full) + ".".repeat(BAR_COLUMNS - full);
    double done = share - startShare;
    String left = done > 0 ? ", " + time(seconds / done * (1 - share)) + " left" : "";
    return String.format(Locale.ROOT, "[%s] %3.0f %%  %s%s", bar, 100 * share, what, left);
  }

  private static String time(double seconds) {
    long whole = Math.round(seconds);
    return whole < 3_600
        ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3_600, whole / 60 % 60, whole % 60);
  }
}
