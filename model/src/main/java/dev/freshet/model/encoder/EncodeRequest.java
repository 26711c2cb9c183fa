package dev.freshet.model.encoder;

import java.util.concurrent.CompletableFuture;

/** A sequence that waits for its vector. Identity matters, not content. */
final class EncodeRequest {
  private final int[] tokens;
  private final long arrivedNanos;
  private final CompletableFuture<float[]> result = new CompletableFuture<>();

  /** Guarded by the batcher's lock: the request has left its queue. */
  private boolean taken;

  EncodeRequest(int[] tokens, long arrivedNanos) {
    this.tokens = tokens;
    this.arrivedNanos = arrivedNanos;
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

  boolean isTaken() {
    return taken;
  }

  void take() {
    taken = true;
  }
}
