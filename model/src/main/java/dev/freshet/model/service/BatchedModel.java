package dev.freshet.model.service;

import dev.freshet.model.encoder.Priority;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * One of the models of a {@link DynamicBatcher}: takes its requests, and can go without the others
 * noticing.
 *
 * <p>Thread-safe. What is mutable belongs to the batcher and is guarded by its lock.
 */
final class BatchedModel implements AutoCloseable {
  private final DynamicBatcher batcher;
  private final DynamicBatcher.Compute compute;
  private final Runnable afterLastBatch;
  private final Map<Priority, LengthQueue> queues = new EnumMap<>(Priority.class);

  /** Batches that are being computed; guarded by the batcher's lock, as are the next two. */
  int running;

  boolean closed;

  /** Whether {@link #free} has returned. */
  boolean freed;

  BatchedModel(DynamicBatcher batcher, DynamicBatcher.Compute compute, Runnable afterLastBatch) {
    this.batcher = batcher;
    this.compute = compute;
    this.afterLastBatch = afterLastBatch;
    for (Priority priority : Priority.values()) {
      queues.put(priority, new LengthQueue());
    }
  }

  /**
   * Queues a sequence.
   *
   * @return its vector, normalised; see {@link dev.freshet.model.encoder.Encoder#encode}
   */
  CompletableFuture<float[]> submit(int[] tokens, Priority priority) {
    return submitAll(List.of(tokens), priority).get(0);
  }

  /**
   * Queues sequences that are one piece of work; see {@link
   * dev.freshet.model.encoder.Encoder#encodeAll}.
   */
  List<CompletableFuture<float[]>> submitAll(List<int[]> sequences, Priority priority) {
    return batcher.submitAll(this, sequences, priority);
  }

  /** What the batcher has done, for all of its models. */
  BatchStatistics statistics() {
    return batcher.statistics();
  }

  /** Computes a batch, on a thread of the batcher. */
  float[][] compute(List<int[]> sequences) {
    return compute.compute(sequences);
  }

  void free() {
    afterLastBatch.run();
  }

  /** What waits with a priority; guarded by the batcher's lock. */
  LengthQueue queue(Priority priority) {
    LengthQueue queue = queues.get(priority);
    if (queue == null) {
      throw new IllegalStateException("no queue for " + priority);
    }
    return queue;
  }

  /** Takes out all that waits; guarded by the batcher's lock. */
  List<EncodeRequest> drain() {
    List<EncodeRequest> waiting = new ArrayList<>();
    for (LengthQueue queue : queues.values()) {
      EncodeRequest first = queue.first();
      while (first != null) {
        queue.take(first);
        waiting.add(first);
        first = queue.first();
      }
    }
    return waiting;
  }

  /**
   * Fails this model's requests that wait with {@link IllegalStateException}, lets its running
   * batches end and waits for them, unless a thread of the batcher itself calls it. The model is
   * freed when its last batch has ended. Idempotent.
   */
  @Override
  public void close() {
    batcher.close(this);
  }
}
