package dev.freshet.training.lab;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs the trials of an experiment, each on one thread, some at a time. */
public final class TrialThreads {
  private TrialThreads() {}

  /**
   * Returns when all are done. Where one fails no others begin, those that run are interrupted, and
   * its exception is thrown.
   *
   * @param threads trials at a time
   * @throws CancellationException when the calling thread was interrupted
   */
  public static void runAll(int threads, List<Runnable> trials) {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      // As they end, not as they were given: the first may be the last to end.
      ExecutorCompletionService<Void> running = new ExecutorCompletionService<>(executor);
      AtomicBoolean failed = new AtomicBoolean();
      trials.forEach(trial -> running.submit(() -> unlessFailed(failed, trial), null));
      for (int i = 0; i < trials.size(); i++) {
        running.take().get();
      }
    } catch (InterruptedException e) {
      throw cancelled(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException("a trial failed", e.getCause());
    } finally {
      stop(executor);
    }
  }

  /** The flag is up before the thread takes the next trial; the caller may hear of it later. */
  private static void unlessFailed(AtomicBoolean failed, Runnable trial) {
    if (failed.get()) {
      return;
    }
    boolean ended = false;
    try {
      trial.run();
      ended = true;
    } finally {
      if (!ended) {
        failed.set(true);
      }
    }
  }

  private static CancellationException cancelled(InterruptedException e) {
    CancellationException cancelled = new CancellationException("the trials were interrupted");
    cancelled.initCause(e);
    return cancelled;
  }

  /** Waits for the threads: they compute with what the caller closes next. */
  private static void stop(ExecutorService executor) {
    executor.shutdownNow();
    boolean interrupted = Thread.interrupted();
    while (!executor.isTerminated()) {
      try {
        executor.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
