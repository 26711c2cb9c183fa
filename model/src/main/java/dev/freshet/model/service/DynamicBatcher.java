package dev.freshet.model.service;

import dev.freshet.model.encoder.EncodingException;
import dev.freshet.model.encoder.Priority;
import dev.freshet.model.encoder.UnitVectors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Turns requests of many threads into batches, computed by threads of its own. The requests may be
 * for several models, which come and go while it runs; a batch is for one of them.
 *
 * <p>Between batches priority is strict, and a generation that is being built has a budget beside
 * that. Within one, requests are due later the more work belongs to them: a short document
 * overtakes a long one, yet only while the long one has waited for less than a multiple of what
 * computing it takes. A free thread gives the first request a moment to find company; a query gets
 * none, because somebody waits for it and under load company is there anyway. A batch that fails is
 * computed again one by one, so that a bad sequence fails alone. Futures are completed on the
 * batcher's threads.
 *
 * <p>Thread-safe.
 */
final class DynamicBatcher implements AutoCloseable {
  /** What a batch is given to. Called by several threads at a time. */
  @FunctionalInterface
  interface Compute {
    /** One vector a sequence, in the same order; not normalised. */
    float[][] compute(List<int[]> sequences);
  }

  /** How long a piece of work may be overtaken, in times of what computing it takes. */
  private static final double SLACK = 2;

  /** How soon a change of the refresh's share is noticed. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Longest time for which it may, whatever computing seems to take. */
  private static final long MOST_SLACK_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Full batches that {@link #price} is an average of. */
  private static final int PRICED_BATCHES = 16;

  private final LongSupplier clock;
  private final long waitNanos;
  private final List<Thread> workers = new ArrayList<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition queryCame = lock.newCondition();
  private final Condition modelFreed = lock.newCondition();
  private final BatchPlanner planner;
  private final RefreshBudget refresh;
  private final TokenPrice price;
  private boolean closed;

  /** Threads that have not ended. */
  private int alive;

  private long submitted;

  private long batches;
  private long sequences;
  private long tokens;
  private long paddingTokens;

  /**
   * Starts the threads.
   *
   * @param threads batches computed at a time, at least 1
   * @param queryThreads threads beside those, for batches that begin with a query
   * @param batchTokens most tokens in a batch, padding included
   * @param batchWait longest time that a request waits for company while a thread is free
   * @param refreshShare of the threads' time that generations which are being built may take, above
   *     0 and at most 1; asked before each of their batches
   */
  DynamicBatcher(
      int threads,
      int queryThreads,
      int batchTokens,
      Duration batchWait,
      DoubleSupplier refreshShare) {
    this(threads, queryThreads, batchTokens, batchWait, refreshShare, System::nanoTime);
  }

  /**
   * As above.
   *
   * @param clock nanoseconds since whenever
   */
  DynamicBatcher(
      int threads,
      int queryThreads,
      int batchTokens,
      Duration batchWait,
      DoubleSupplier refreshShare,
      LongSupplier clock) {
    this.clock = clock;
    this.waitNanos = batchWait.toNanos();
    this.planner = new BatchPlanner(batchTokens, threads);
    this.refresh = new RefreshBudget(threads, refreshShare);
    this.price = new TokenPrice((double) PRICED_BATCHES * batchTokens);
    this.alive = threads + queryThreads;
    for (int i = 0; i < threads; i++) {
      workers.add(new Thread(() -> work(this::takeBatch), "freshet-encode-" + i));
    }
    for (int i = 0; i < queryThreads; i++) {
      workers.add(new Thread(() -> work(this::takeQueries), "freshet-query-" + i));
    }
    for (Thread worker : workers) {
      worker.setDaemon(true);
      worker.start();
    }
  }

  /**
   * Takes in a model, without disturbing the others.
   *
   * @param afterLastBatch frees what {@code compute} uses; runs once, when the model is closed and
   *     no thread computes with it any more
   * @return takes its requests; whoever gets it closes it
   */
  BatchedModel open(Compute compute, Runnable afterLastBatch) {
    BatchedModel model = new BatchedModel(this, compute, afterLastBatch);
    lock.lock();
    try {
      planner.add(model);
    } finally {
      lock.unlock();
    }
    return model;
  }

  /** See {@link BatchedModel#submitAll}. */
  List<CompletableFuture<float[]>> submitAll(
      BatchedModel model, List<int[]> sequences, Priority priority) {
    long total = sequences.stream().mapToLong(tokens -> tokens.length).sum();
    List<CompletableFuture<float[]>> results = new ArrayList<>(sequences.size());
    lock.lock();
    try {
      long now = clock.getAsLong();
      long due = now + Math.min((long) (SLACK * price.nanos(total)), MOST_SLACK_NANOS);
      for (int[] tokens : sequences) {
        if (closed || model.closed) {
          results.add(CompletableFuture.failedFuture(closedException()));
          continue;
        }
        EncodeRequest request = new EncodeRequest(model, tokens, now, due, submitted++);
        planner.add(request, priority);
        results.add(request.result());
      }
      changed.signal();
      if (priority == Priority.QUERY) {
        queryCame.signal();
      }
    } finally {
      lock.unlock();
    }
    return results;
  }

  BatchStatistics statistics() {
    lock.lock();
    try {
      return new BatchStatistics(
          batches, sequences, tokens, paddingTokens, planner.queued(), price.nanosPerToken());
    } finally {
      lock.unlock();
    }
  }

  /** Blocks until there is a batch to compute; an empty one says that the batcher is closed. */
  @FunctionalInterface
  private interface Batches {
    EncodeBatch take() throws InterruptedException;
  }

  private void work(Batches batches) {
    try {
      EncodeBatch batch = batches.take();
      while (!batch.isEmpty()) {
        computeFor(batch.model(), batch);
        batch = batches.take();
      }
    } catch (InterruptedException e) {
      // Nobody but a shutdown of the JVM has a reason to interrupt these threads: end them.
      Thread.currentThread().interrupt();
    } finally {
      leave();
    }
  }

  private void computeFor(BatchedModel model, EncodeBatch batch) {
    try {
      run(batch);
    } finally {
      boolean last;
      lock.lock();
      try {
        model.running--;
        last = model.closed && model.running == 0;
      } finally {
        lock.unlock();
      }
      if (last) {
        free(model);
      }
    }
  }

  private void free(BatchedModel model) {
    try {
      model.free();
    } finally {
      lock.lock();
      try {
        model.freed = true;
        modelFreed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private EncodeBatch takeQueries() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed) {
        if (planner.highest() != Priority.QUERY) {
          queryCame.await();
          continue;
        }
        EncodeBatch batch = startBatch();
        if (!batch.isEmpty()) {
          return batch;
        }
      }
      return EncodeBatch.NONE;
    } finally {
      lock.unlock();
    }
  }

  private EncodeBatch takeBatch() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed) {
        Priority priority = planner.highest();
        EncodeRequest first = priority == null ? null : planner.first(priority);
        if (priority == null || first == null) {
          changed.await();
          continue;
        }
        long now = clock.getAsLong();
        long pause = priority == Priority.BUILDING ? refresh.waitNanos(now) : 0;
        if (pause > 0) {
          changed.awaitNanos(Math.min(pause, LOOK_NANOS));
          continue;
        }
        long patience = first.arrivedNanos() + waitNanos - now;
        if (priority == Priority.QUERY || patience <= 0 || planner.fillsBatch(priority)) {
          EncodeBatch batch = startBatch();
          if (!batch.isEmpty()) {
            return batch;
          }
        } else {
          changed.awaitNanos(patience);
        }
      }
      return EncodeBatch.NONE;
    } finally {
      lock.unlock();
    }
  }

  /** Empty when nobody waits any more for what the planner gave: a search that timed out, say. */
  private EncodeBatch startBatch() {
    boolean isRefresh = planner.highest() == Priority.BUILDING;
    List<EncodeRequest> requests =
        planner.next().stream().filter(request -> !request.result().isDone()).toList();
    if (requests.isEmpty()) {
      return EncodeBatch.NONE;
    }
    int longest = 0;
    long own = 0;
    for (EncodeRequest request : requests) {
      longest = Math.max(longest, request.length());
      own += request.length();
    }
    // A guess, so that other threads do not start more meanwhile than the budget has.
    long charged = isRefresh ? price.nanos(own) : 0;
    if (isRefresh) {
      refresh.charge(clock.getAsLong(), charged);
    }
    requests.get(0).model().running++;
    batches++;
    sequences += requests.size();
    tokens += own;
    paddingTokens += (long) longest * requests.size() - own;
    if (planner.queued() > 0) {
      changed.signal(); // one signal may have stood for several requests
    }
    return new EncodeBatch(requests, isRefresh, charged);
  }

  private void run(EncodeBatch batch) {
    List<EncodeRequest> requests = batch.requests();
    float[][] vectors;
    long start = clock.getAsLong();
    try {
      vectors = computeAll(requests);
    } catch (Throwable failure) {
      ended(batch, start, false);
      if (requests.size() == 1) {
        fail(requests.get(0), failure);
      } else {
        batch.singles().forEach(this::run);
      }
      return;
    }
    ended(batch, start, true);
    for (int i = 0; i < vectors.length; i++) {
      complete(requests.get(i), vectors[i]);
    }
  }

  /** What it took in truth; a batch that failed tells nothing of others. */
  private void ended(EncodeBatch batch, long start, boolean computed) {
    lock.lock();
    try {
      long now = clock.getAsLong();
      if (batch.isRefresh()) {
        refresh.correct(now, now - start - batch.charged());
      }
      if (computed) {
        price.learn(batch.tokens(), now - start);
      }
    } finally {
      lock.unlock();
    }
  }

  private float[][] computeAll(List<EncodeRequest> batch) {
    float[][] vectors =
        batch.get(0).model().compute(batch.stream().map(EncodeRequest::tokens).toList());
    if (vectors.length != batch.size()) {
      throw new IllegalStateException(
          "model yielded " + vectors.length + " vectors for " + batch.size() + " sequences");
    }
    return vectors;
  }

  private static void complete(EncodeRequest request, float[] vector) {
    try {
      request.result().complete(UnitVectors.normalise(vector));
    } catch (EncodingException e) {
      request.result().completeExceptionally(e);
    }
  }

  /** No {@link EncodingException}: the sequence was checked, so it is the machine that failed. */
  private static void fail(EncodeRequest request, Throwable cause) {
    String message =
        "The engine failed on a sequence of %d tokens: %s".formatted(request.length(), cause);
    request.result().completeExceptionally(new IllegalStateException(message, cause));
  }

  private void leave() {
    boolean last;
    lock.lock();
    try {
      alive--;
      last = alive == 0;
    } finally {
      lock.unlock();
    }
    if (last) {
      close(); // after an interrupt nobody would serve the queue any more
    }
  }

  /** See {@link BatchedModel#close}. */
  void close(BatchedModel model) {
    List<EncodeRequest> waiting;
    boolean idle;
    lock.lock();
    try {
      idle = !model.closed && model.running == 0;
      model.closed = true;
      waiting = planner.remove(model);
    } finally {
      lock.unlock();
    }
    waiting.forEach(request -> request.result().completeExceptionally(closedException()));
    if (idle) {
      free(model);
    } else if (!isOwnThread()) {
      awaitFreed(model);
    }
  }

  private void awaitFreed(BatchedModel model) {
    lock.lock();
    try {
      while (!model.freed) {
        // Whoever closed the model goes on as if nothing used it.
        modelFreed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends the threads: fails what waits with {@link IllegalStateException}, lets running batches end
   * and waits for them, unless a thread of the batcher itself calls it. Models are freed by closing
   * them. Idempotent.
   */
  @Override
  public void close() {
    List<EncodeRequest> waiting;
    lock.lock();
    try {
      closed = true;
      waiting = planner.removeAll();
      changed.signalAll();
      queryCame.signalAll();
    } finally {
      lock.unlock();
    }
    waiting.forEach(request -> request.result().completeExceptionally(closedException()));
    if (!isOwnThread()) {
      workers.forEach(DynamicBatcher::join);
    }
  }

  /** Who must not wait for batches, because it computes one of them. */
  private boolean isOwnThread() {
    return workers.contains(Thread.currentThread());
  }

  private static void join(Thread worker) {
    boolean interrupted = false;
    while (worker.isAlive()) {
      try {
        worker.join();
      } catch (InterruptedException e) {
        interrupted = true; // native memory must not be freed under a running batch
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static IllegalStateException closedException() {
    return new IllegalStateException("The encoder has been closed");
  }
}
