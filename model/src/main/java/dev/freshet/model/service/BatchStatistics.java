package dev.freshet.model.service;

/**
 * What a batcher has done so far; counters never go back.
 *
 * @param batches computed
 * @param sequences in those batches
 * @param tokens of those sequences, without padding
 * @param paddingTokens computed beside them to make rows equally long
 * @param queued sequences that wait at this moment
 * @param nanosPerToken what a token takes one thread, an average over the last batches; 0 before
 *     the second
 */
public record BatchStatistics(
    long batches,
    long sequences,
    long tokens,
    long paddingTokens,
    int queued,
    double nanosPerToken) {

  /** Padding as a share of all tokens computed, 0 to 1. */
  public double paddingShare() {
    long all = tokens + paddingTokens;
    return all == 0 ? 0 : (double) paddingTokens / all;
  }
}
