package dev.freshet.pipeline.http;

import dev.freshet.model.encoder.EncodingException;
import dev.freshet.pipeline.config.ServeConfig;
import dev.freshet.pipeline.config.Values;
import dev.freshet.pipeline.search.SearchTimeoutException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The threads of searches, and of reading documents: a search waits for its query's vector, and
 * uploads that wait for a broker must not keep it from starting. What is too much for them is
 * refused at once. Thread-safe.
 */
public final class SearchThreads implements AutoCloseable {
  private static final int WAITING_SEARCHES = 1_000;

  /** Searches that run at a time. */
  static final int RUNNING = Math.max(16, 4 * Runtime.getRuntime().availableProcessors());

  private final Duration timeout;
  private final ThreadPoolExecutor threads;

  /**
   * @param config says how long a search may take
   */
  public SearchThreads(ServeConfig config) {
    timeout = config.searchTimeout();
    AtomicInteger number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            RUNNING,
            RUNNING,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_SEARCHES),
            task -> {
              Thread thread = new Thread(task, "search-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Runs a search; what it throws, and what takes too long, is a problem for the client. One that
   * waited for a thread for too long is not run.
   *
   * @throws ProblemException when too many are waiting
   */
  <T> CompletableFuture<T> run(Supplier<T> search) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    try {
      threads.execute(() -> complete(answer, search));
    } catch (RejectedExecutionException e) {
      throw new ProblemException(
              503,
              "%d searches are waiting already; try again in a moment".formatted(WAITING_SEARCHES))
          .initCause(e);
    }
    return answer
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(
            thrown -> {
              throw problem(Problems.unwrap(thrown));
            });
  }

  /**
   * Where searches pile up, work for clients who have been refused would have others refused, too.
   */
  private static <T> void complete(CompletableFuture<T> answer, Supplier<T> search) {
    if (answer.isDone()) {
      return;
    }
    try {
      answer.complete(search.get());
    } catch (Throwable e) {
      answer.completeExceptionally(e);
    }
  }

  /** Those that have ended, and those that were not run. */
  long ended() {
    return threads.getCompletedTaskCount();
  }

  private RuntimeException problem(Throwable thrown) {
    if (thrown instanceof TimeoutException || thrown instanceof SearchTimeoutException) {
      return new ProblemException(
              503,
              "it took longer than %s (serve.searchTimeout)"
                  .formatted(Values.formatDuration(timeout)))
          .initCause(thrown);
    }
    if (thrown instanceof EncodingException) {
      return new ProblemException(422, "the query cannot be encoded: " + thrown.getMessage())
          .initCause(thrown);
    }
    return new CompletionException(thrown);
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
