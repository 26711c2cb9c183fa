package dev.freshet.model.encoder;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** One user's hold on a shared encoder. */
final class EncoderHandle implements Encoder {
  private final SharedEncoder shared;
  private final Runnable release;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param release runs once, when this handle is closed
   */
  EncoderHandle(SharedEncoder shared, Runnable release) {
    this.shared = shared;
    this.release = release;
  }

  BatchStatistics statistics() {
    return shared.statistics();
  }

  @Override
  public int dimensions() {
    return shared.dimensions();
  }

  @Override
  public String description() {
    return shared.description();
  }

  @Override
  public String fingerprint() {
    return shared.fingerprint();
  }

  @Override
  public List<Passage> cut(String title, String text) {
    requireOpen();
    return shared.cut(title, text);
  }

  @Override
  public int[] tokenizeQuery(String query) {
    requireOpen();
    return shared.tokenizeQuery(query);
  }

  @Override
  public CompletableFuture<float[]> encode(int[] tokens, Priority priority) {
    if (closed.get()) {
      return CompletableFuture.failedFuture(closedException());
    }
    return shared.encode(tokens, priority);
  }

  @Override
  public CompletableFuture<float[][]> encodeAll(List<int[]> sequences, Priority priority) {
    if (closed.get()) {
      return CompletableFuture.failedFuture(closedException());
    }
    return shared.encodeAll(sequences, priority);
  }

  private void requireOpen() {
    if (closed.get()) {
      throw closedException();
    }
  }

  private static IllegalStateException closedException() {
    return new IllegalStateException("The encoder has been closed");
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      release.run();
    }
  }
}
