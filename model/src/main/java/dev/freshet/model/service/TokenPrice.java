package dev.freshet.model.service;

/**
 * What a token takes one thread, learnt from batches of all models and priorities: a guess for a
 * batch that nobody has computed yet. Tokens count, not batches, or a query of ten would tell as
 * much as documents of five hundred.
 *
 * <p>Guarded by the batcher's lock.
 */
final class TokenPrice {
  /** A machine that was held up for a moment is not slow: most that a batch counts for. */
  private static final double MOST_TIMES = 4;

  private final double memory;
  private double nanosPerToken;
  private double seen;
  private boolean warm;

  /**
   * @param memory tokens, about, that the price is an average of
   */
  TokenPrice(double memory) {
    this.memory = memory;
  }

  /** 0 before the second batch. */
  double nanosPerToken() {
    return nanosPerToken;
  }

  /** What so many tokens should take one thread. */
  long nanos(long tokens) {
    return (long) (tokens * nanosPerToken);
  }

  /** A batch took one thread so long. */
  void learn(long tokens, long nanos) {
    if (!warm) {
      warm = true; // the first batch loads and compiles
      return;
    }
    double sample = (double) nanos / tokens;
    if (nanosPerToken > 0) {
      sample = Math.min(sample, MOST_TIMES * nanosPerToken);
    }
    // The mean of all for as long as they are few.
    seen = Math.min(memory, seen + tokens);
    nanosPerToken += Math.min(1, tokens / seen) * (sample - nanosPerToken);
  }
}
