package dev.freshet.pipeline.http;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * Writes that the broker has not acknowledged yet, so many that it is busy and so few that they fit
 * in memory. One per request, one thread.
 */
final class PendingWrites {
  private static final int MAX_WRITES = 2_000;
  private static final long MAX_BYTES = 16L << 20;

  /** For documents. */
  static PendingWrites ofDocuments() {
    return new PendingWrites("document", "what was written already is written over.");
  }

  private record Write(CompletableFuture<Void> done, int bytes) {}

  private final Queue<Write> writes = new ArrayDeque<>();
  private final String what;
  private final String again;
  private long bytes;

  /**
   * @param what one of them, for people
   * @param again what becomes of those that are written twice, for people
   */
  PendingWrites(String what, String again) {
    this.what = what;
    this.again = again;
  }

  /**
   * Starts a write, after waiting for older ones where there are too many. A write that has failed
   * already ends the request at once: without a broker every call waits before it fails, and a
   * stream would go on like that for hours.
   *
   * @param size bytes that the write keeps in memory
   * @throws ProblemException 503 when this or an older one failed
   */
  void add(int size, Supplier<CompletableFuture<Void>> write) {
    while (!writes.isEmpty() && (writes.size() >= MAX_WRITES || bytes + size > MAX_BYTES)) {
      awaitOldest();
    }
    CompletableFuture<Void> done;
    try {
      done = write.get();
      if (done.isCompletedExceptionally()) {
        done.join();
      }
    } catch (RuntimeException e) {
      throw failed(e);
    }
    writes.add(new Write(done, size));
    bytes += size;
  }

  /**
   * Waits for all.
   *
   * @throws ProblemException 503 when one failed
   */
  void await() {
    while (!writes.isEmpty()) {
      awaitOldest();
    }
  }

  private void awaitOldest() {
    Write oldest = writes.remove();
    bytes -= oldest.bytes();
    try {
      oldest.done().join();
    } catch (CompletionException | CancellationException e) {
      throw failed(e);
    }
  }

  private ProblemException failed(RuntimeException e) {
    Throwable cause = Problems.unwrap(e);
    String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new ProblemException(
            503,
            "Kafka did not acknowledge every "
                + what
                + " of this request: "
                + reason
                + ". Send the whole request again; "
                + again)
        .initCause(cause);
  }
}
