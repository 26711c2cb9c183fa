package dev.freshet.pipeline.app;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Sends batches, a few at a time, and sends again while the server is down; that is harmless, for
 * an upsert that is done twice is done. Two batches with a document in common never travel at the
 * same time, so that the later line wins. One thread calls it.
 */
final class Uploader implements AutoCloseable {
  private static final int IN_FLIGHT = 4;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** How to wait, so that tests need not. */
  interface Pause {
    void of(Duration duration) throws InterruptedException;
  }

  private record Travelling(Batch batch, Future<?> done) {}

  private final FreshetClient client;
  private final Duration retryFor;
  private final LoadTotals totals;
  private final Consumer<String> notices;
  private final Runnable onDelivery;
  private final Pause pause;

  /** Several batches notice the same outage; one tells. */
  private final AtomicBoolean down = new AtomicBoolean();

  private final Deque<Travelling> travelling = new ArrayDeque<>();
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          IN_FLIGHT,
          task -> {
            Thread thread = new Thread(task, "load");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * An uploader.
   *
   * @param retryFor longest time to wait for a server that is down, per batch
   * @param notices told when the server is down
   * @param onDelivery called after every batch, by several threads
   */
  Uploader(
      FreshetClient client,
      Duration retryFor,
      LoadTotals totals,
      Consumer<String> notices,
      Runnable onDelivery,
      Pause pause) {
    this.client = client;
    this.retryFor = retryFor;
    this.totals = totals;
    this.notices = notices;
    this.onDelivery = onDelivery;
    this.pause = pause;
  }

  /** Sends a batch, after waiting for older ones where it must. */
  void send(Batch batch) throws InterruptedException {
    while (!travelling.isEmpty() && (travelling.size() >= IN_FLIGHT || sharesDocuments(batch))) {
      awaitOldest();
    }
    travelling.add(new Travelling(batch, threads.submit(() -> deliver(batch))));
  }

  /** Waits until every batch has arrived or failed. */
  void await() throws InterruptedException {
    while (!travelling.isEmpty()) {
      awaitOldest();
    }
  }

  private boolean sharesDocuments(Batch batch) {
    return travelling.stream()
        .anyMatch(other -> !Collections.disjoint(other.batch().ids(), batch.ids()));
  }

  private void awaitOldest() throws InterruptedException {
    try {
      travelling.remove().done().get();
    } catch (ExecutionException e) {
      throw new CommandException("sending failed: " + e.getCause(), e);
    }
  }

  private void deliver(Batch batch) {
    Duration spent = Duration.ZERO;
    Duration next = FIRST_PAUSE;
    try {
      String reason = attempt(batch);
      while (!reason.isEmpty() && totals.failure() == null && spent.compareTo(retryFor) < 0) {
        if (down.compareAndSet(false, true)) {
          notices.accept(reason + "; trying again for " + retryFor.toSeconds() + " s");
        }
        pause.of(next);
        long attempted = System.nanoTime();
        reason = attempt(batch);
        spent = spent.plus(next).plusNanos(System.nanoTime() - attempted);
        next = min(next.multipliedBy(2), LONGEST_PAUSE);
      }
      if (!reason.isEmpty()) {
        totals.notDelivered(batch, reason);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      totals.notDelivered(batch, "interrupted");
    }
    onDelivery.run();
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** Why another attempt is needed; empty when none is. */
  private String attempt(Batch batch) throws InterruptedException {
    FreshetClient.Answer answer;
    try {
      answer = client.putLines(batch.body());
    } catch (IOException e) {
      return client.unreachable(e);
    }
    if (answer.worthRetrying()) {
      return answer.problem();
    }
    down.set(false);
    // A request of bad lines only is refused, with the same counts as a mixed one.
    if (answer.json().has("accepted") && answer.json().has("rejected")) {
      totals.delivered(batch, answer.json());
    } else {
      totals.notDelivered(batch, answer.problem());
    }
    return "";
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
