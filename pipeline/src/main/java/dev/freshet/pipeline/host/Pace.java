package dev.freshet.pipeline.host;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** How many documents a second came lately: over the last half minute. Thread-safe. */
final class Pace {
  private static final int SECONDS = 30;

  private final LongSupplier nanos;

  /** Documents of the second whose number is this index, modulo their count. */
  private final long[] counts = new long[SECONDS];

  private final long start;

  /** The second that was counted last. */
  private long last;

  /**
   * @param nanos a clock
   */
  Pace(LongSupplier nanos) {
    this.nanos = nanos;
    start = nanos.getAsLong();
  }

  synchronized void add(int documents) {
    counts[(int) (now() % SECONDS)] += documents;
  }

  synchronized double perSecond() {
    long seconds = Math.min(SECONDS, now() + 1);
    return (double) Arrays.stream(counts).sum() / seconds;
  }

  /** The number of the second that it is; those that passed since the last look are emptied. */
  private long now() {
    long second = TimeUnit.NANOSECONDS.toSeconds(nanos.getAsLong() - start);
    for (long passed = Math.max(last + 1, second - SECONDS + 1); passed <= second; passed++) {
      counts[(int) (passed % SECONDS)] = 0;
    }
    last = second;
    return second;
  }
}
