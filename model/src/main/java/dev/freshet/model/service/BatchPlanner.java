package dev.freshet.model.service;

import dev.freshet.model.encoder.Priority;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides who goes together. A batch starts with the request of the highest priority that is due
 * first, so nothing starves within a priority, and takes in what is nearest in length for as long
 * as the batch stays within its budget and is hardly padded. Requests of several models wait side
 * by side; a batch is for one of them, that of the request it starts with.
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

  /** Few: the generations that are open, two sides each at most. */
  private final List<BatchedModel> models = new ArrayList<>();

  private final int batchTokens;
  private final int workers;

  /**
   * @param batchTokens most tokens in a batch, padding included; one longer request goes alone
   * @param workers threads that compute batches
   */
  BatchPlanner(int batchTokens, int workers) {
    this.batchTokens = batchTokens;
    this.workers = workers;
  }

  void add(BatchedModel model) {
    models.add(model);
  }

  /** Takes out a model and all that waits for it. */
  List<EncodeRequest> remove(BatchedModel model) {
    models.remove(model);
    return model.drain();
  }

  /** Takes out all models and all that waits for them. */
  List<EncodeRequest> removeAll() {
    List<EncodeRequest> waiting = new ArrayList<>();
    models.forEach(model -> waiting.addAll(model.drain()));
    models.clear();
    return waiting;
  }

  /** Queues a request for its model. */
  void add(EncodeRequest request, Priority priority) {
    request.model().queue(priority).add(request);
  }

  /** The highest priority that somebody waits with, or null. */
  @Nullable Priority highest() {
    for (Priority priority : Priority.values()) {
      for (BatchedModel model : models) {
        if (model.queue(priority).size() > 0) {
          return priority;
        }
      }
    }
    return null;
  }

  /** The request of that priority that is due first, of all models; or null. */
  @Nullable EncodeRequest first(Priority priority) {
    EncodeRequest first = null;
    for (BatchedModel model : models) {
      EncodeRequest candidate = model.queue(priority).first();
      if (candidate != null
          && (first == null || EncodeRequest.DUE_FIRST.compare(candidate, first) < 0)) {
        first = candidate;
      }
    }
    return first;
  }

  /**
   * Whether some model's of that priority fill a batch, so that nobody else is worth waiting for.
   */
  boolean fillsBatch(Priority priority) {
    return models.stream().anyMatch(model -> model.queue(priority).tokens() >= batchTokens);
  }

  int queued() {
    int queued = 0;
    for (BatchedModel model : models) {
      for (Priority priority : Priority.values()) {
        queued += model.queue(priority).size();
      }
    }
    return queued;
  }

  /** Takes out the next batch, all of it for one model; empty when nobody waits. */
  List<EncodeRequest> next() {
    Priority highest = highest();
    EncodeRequest seed = highest == null ? null : first(highest);
    if (highest == null || seed == null) {
      return List.of();
    }
    int share = share(highest);
    BatchedModel model = seed.model();
    Batch batch = new Batch();
    model.queue(highest).take(seed);
    batch.add(seed);
    fill(batch, model.queue(highest), seed.length(), share);
    int budget = (int) Math.min(batchTokens, batch.padded() * MAX_SLOWDOWN);
    for (Priority lower : Priority.values()) {
      if (lower.compareTo(highest) > 0) {
        fill(batch, model.queue(lower), seed.length(), budget);
      }
    }
    return batch.requests;
  }

  /**
   * While little waits, one batch must not take it all and leave the other workers idle: whoever
   * waits is served sooner when they share it.
   */
  private int share(Priority priority) {
    long waiting = models.stream().mapToLong(model -> model.queue(priority).tokens()).sum();
    long each = (waiting + workers - 1) / workers;
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
