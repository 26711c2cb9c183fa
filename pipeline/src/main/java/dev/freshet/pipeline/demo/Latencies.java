package dev.freshet.pipeline.demo;

import java.util.Arrays;

/** The newest latencies of many, for percentiles. Thread-safe. */
final class Latencies {
  private static final int KEPT = 2_000;

  private final long[] nanos = new long[KEPT];
  private long count;

  synchronized void add(long latencyNanos) {
    nanos[(int) (count++ % KEPT)] = latencyNanos;
  }

  /**
   * The newest ones' percentile.
   *
   * @param share 0.99 for the 99th
   * @return milliseconds; NaN where there is none yet
   */
  synchronized double millis(double share) {
    int size = (int) Math.min(count, KEPT);
    if (size == 0) {
      return Double.NaN;
    }
    long[] sorted = Arrays.copyOf(nanos, size);
    Arrays.sort(sorted);
    return sorted[(int) Math.min(size - 1L, Math.round(share * (size - 1)))] / 1e6;
  }
}
