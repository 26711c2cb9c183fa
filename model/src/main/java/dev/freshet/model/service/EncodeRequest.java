package dev.freshet.model.service;

import java.util.Comparator;
import java.util.concurrent.CompletableFuture;

/** A sequence that waits for its vector. Identity matters, not content. */
final class EncodeRequest {
  /** Who is due first; of those that are due together, who came first. Total. */
  static final Comparator<EncodeRequest> DUE_FIRST =
      (a, b) -> {
        long difference = a.dueNanos - b.dueNanos; // the clock may overflow
        return difference != 0 ? Long.signum(difference) : Long.compare(a.number, b.number);
      };

  private final BatchedModel model;
  private final int[] tokens;
  private final long arrivedNanos;
  private final long dueNanos;
  private final long number;
  private final CompletableFuture<float[]> result = new CompletableFuture<>();

  /**
   * @param model whose vector is wanted
   * @param tokens token ids {@code [seq]}
   * @param arrivedNanos when it arrived
   * @param dueNanos by when it should be computed: who is due first goes first
   * @param number counts requests, and so tells them apart
   */
  EncodeRequest(BatchedModel model, int[] tokens, long arrivedNanos, long dueNanos, long number) {
    this.model = model;
    this.tokens = tokens;
    this.arrivedNanos = arrivedNanos;
    this.dueNanos = dueNanos;
    this.number = number;
  }

  BatchedModel model() {
    return model;
  }

  int[] tokens() {
    return tokens;
  }

  int length() {
    return tokens.length;
  }

  long arrivedNanos() {
    return arrivedNanos;
  }

  CompletableFuture<float[]> result() {
    return result;
  }
}
