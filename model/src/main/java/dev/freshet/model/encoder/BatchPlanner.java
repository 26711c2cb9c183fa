package dev.freshet.model.encoder;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides who goes together. A batch starts with the request of the highest priority that is due
 * first, so nothing starves within a priority, and takes in what is nearest in length for as long
 * as the batch stays within its budget and is hardly padded.
 *
 * <p>Not thread-safe: the batcher's lock guards it.
 */
final class BatchPlanner {
  /** Most padding in a batch, as a share of its tokens. */
  private static final double MAX_PADDING = 0.1;

  /** Padding that is always allowed: a call of its own for a few tokens costs more than these. */
  private static final int FREE_PADDING = 16;

  /** Fewer tokens are not worth sharing out among workers: the call costs more than they do. */
  private static final int MIN_SHARE_TOKENS = 128;

  /** How much longer a batch may become by taking in requests of lower priority. */
  private static final double MAX_SLOWDOWN = 1.25;

  private final Map<Priority, LengthQueue> queues = new EnumMap<>(Priority.class);
  private final int batchTokens;
  private final int workers;

  /**
   * @param batchTokens most tokens in a batch, padding included; one longer request goes alone
   * @param workers threads that compute batches
   */
  BatchPlanner(int batchTokens, int workers) {
    this.batchTokens = batchTokens;
    this.workers = workers;
    for (Priority priority : Priority.values()) {
      queues.put(priority, new LengthQueue());
    }
  }

  void add(EncodeRequest request, Priority priority) {
    queue(priority).add(request);
  }

  /** The highest priority that somebody waits with, or null. */
  @Nullable Priority highest() {
    for (Priority priority : Priority.values()) {
      if (queue(priority).size() > 0) {
        return priority;
      }
    }
    return null;
  }

  /** The request of that priority that is due first, or null. */
  @Nullable EncodeRequest first(Priority priority) {
    return queue(priority).first();
  }

  /** Whether those of that priority fill a batch, so that nobody else is worth waiting for. */
  boolean fillsBatch(Priority priority) {
    return queue(priority).tokens() >= batchTokens;
  }

  int queued() {
    return queues.values().stream().mapToInt(LengthQueue::size).sum();
  }

  /** Takes out the next batch; empty when nobody waits. */
  List<EncodeRequest> next() {
    Priority highest = highest();
    if (highest == null) {
      return List.of();
    }
    Batch batch = new Batch();
    LengthQueue queue = queue(highest);
    EncodeRequest seed = queue.first();
    if (seed == null) {
      throw new IllegalStateException("queue of size " + queue.size() + " has no first request");
    }
    queue.take(seed);
    batch.add(seed);
    fill(batch, queue, seed.length(), share(batch.padded() + queue.tokens()));
    int budget = (int) Math.min(batchTokens, batch.padded() * MAX_SLOWDOWN);
    for (Priority lower : Priority.values()) {
      if (lower.compareTo(highest) > 0) {
        fill(batch, queue(lower), seed.length(), budget);
      }
    }
    return batch.requests;
  }

  /**
   * While little waits, one batch must not take it all and leave the other workers idle: whoever
   * waits is served sooner when they share it.
   */
  private int share(long waitingTokens) {
    long each = (waitingTokens + workers - 1) / workers;
    return (int) Math.min(batchTokens, Math.max(MIN_SHARE_TOKENS, each));
  }

  private static void fill(Batch batch, LengthQueue queue, int length, int budget) {
    EncodeRequest candidate = queue.nearest(length);
    while (candidate != null && batch.admits(candidate, budget)) {
      queue.take(candidate);
      batch.add(candidate);
      candidate = queue.nearest(length);
    }
  }

  private LengthQueue queue(Priority priority) {
    LengthQueue queue = queues.get(priority);
    if (queue == null) {
      throw new IllegalStateException("no queue for " + priority);
    }
    return queue;
  }

  /** A batch that grows. */
  private static final class Batch {
    private final List<EncodeRequest> requests = new ArrayList<>();
    private int longest;
    private long tokens;

    void add(EncodeRequest request) {
      requests.add(request);
      longest = Math.max(longest, request.length());
      tokens += request.length();
    }

    /** Tokens computed, padding included. */
    long padded() {
      return (long) longest * requests.size();
    }

    boolean admits(EncodeRequest request, int budget) {
      long padded = (long) Math.max(longest, request.length()) * (requests.size() + 1);
      long padding = padded - tokens - request.length();
      return padded <= budget && padding <= Math.max(FREE_PADDING, MAX_PADDING * padded);
    }
  }
}
