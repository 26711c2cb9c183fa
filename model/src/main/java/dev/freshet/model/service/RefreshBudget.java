package dev.freshet.model.service;

import java.util.function.DoubleSupplier;

/**
 * How much of a batcher's time goes to generations that are being built. What people wait for goes
 * before them anyway; the budget leaves processors idle for whatever else the machine does.
 *
 * <p>Guarded by the batcher's lock; the share may change at any time.
 */
final class RefreshBudget {
  private final int threads;
  private final DoubleSupplier share;

  /** When the next batch may start, nanoseconds of the batcher's clock. */
  private long next = Long.MIN_VALUE;

  /**
   * @param threads that compute batches
   * @param share of their time, above 0 and at most 1
   */
  RefreshBudget(int threads, DoubleSupplier share) {
    this.threads = threads;
    this.share = share;
  }

  /** How long to wait before another batch may start; 0 where one may start now. */
  long waitNanos(long now) {
    return share.getAsDouble() >= 1 || next <= now ? 0 : next - now;
  }

  /** A batch starts that will take one thread so long. */
  void charge(long now, long nanos) {
    next = Math.max(next, now) + (long) (nanos / (share.getAsDouble() * threads));
  }
}
