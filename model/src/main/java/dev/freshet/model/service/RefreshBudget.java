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

  /** What was computed and not yet waited for, nanoseconds of one thread. */
  private double debt;

  /** When the debt was that, nanoseconds of the batcher's clock. */
  private long since;

  /**
   * @param threads that compute batches
   * @param share of their time, above 0 and at most 1
   */
  RefreshBudget(int threads, DoubleSupplier share) {
    this.threads = threads;
    this.share = share;
  }

  /**
   * How long to wait, at the share that holds now, before another batch may start; 0 where one may
   * start now. The debt is one of work, so that a share that rises shortens a wait that has begun.
   */
  long waitNanos(long now) {
    settle(now);
    return share.getAsDouble() >= 1 ? 0 : (long) (debt / rate());
  }

  /** A batch starts that should take one thread so long. */
  void charge(long now, long nanos) {
    settle(now);
    debt += nanos;
  }

  /** A batch ended that took one thread so much longer than was charged; negative for sooner. */
  void correct(long now, long nanos) {
    settle(now);
    debt = Math.max(0, debt + nanos);
  }

  /** Time that passed pays by the share that holds now: whoever waits asks often. */
  private void settle(long now) {
    debt = debt > 0 ? Math.max(0, debt - (now - since) * rate()) : 0;
    since = now;
  }

  /** What a nanosecond pays. */
  private double rate() {
    return share.getAsDouble() * threads;
  }
}
