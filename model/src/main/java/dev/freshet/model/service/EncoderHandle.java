package dev.freshet.model.service;

import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.EncodingException;
import dev.freshet.model.encoder.Futures;
import dev.freshet.model.encoder.Passage;
import dev.freshet.model.encoder.PassageCutter;
import dev.freshet.model.encoder.Priority;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One user's hold on one side of a generation. */
final class EncoderHandle implements Encoder {
  private final BertConfig config;
  private final PassageCutter cutter;
  private final BatchedModel model;
  private final boolean forBothSides;
  private final String description;
  private final String fingerprint;
  private final Runnable release;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param model shared
   * @param forBothSides whether the other side has the same model
   * @param release runs once, when this handle is closed
   */
  EncoderHandle(
      BertConfig config,
      PassageCutter cutter,
      BatchedModel model,
      boolean forBothSides,
      String description,
      String fingerprint,
      Runnable release) {
    this.config = config;
    this.cutter = cutter;
    this.model = model;
    this.forBothSides = forBothSides;
    this.description = description;
    this.fingerprint = fingerprint;
    this.release = release;
  }

  BatchStatistics statistics() {
    return model.statistics();
  }

  /** Shared with other handles. */
  BatchedModel model() {
    return model;
  }

  boolean isForBothSides() {
    return forBothSides;
  }

  @Override
  public int dimensions() {
    return config.hidden();
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public List<Passage> cut(String title, String text) {
    requireOpen();
    return cutter.cut(title, text);
  }

  @Override
  public int[] tokenizeQuery(String query) {
    requireOpen();
    return cutter.query(query);
  }

  @Override
  public CompletableFuture<float[]> encode(int[] tokens, Priority priority) {
    RuntimeException problem = problem(List.of(tokens));
    return problem == null
        ? model.submit(tokens, priority)
        : CompletableFuture.failedFuture(problem);
  }

  @Override
  public CompletableFuture<float[][]> encodeAll(List<int[]> sequences, Priority priority) {
    RuntimeException problem = problem(sequences);
    return problem == null
        ? Futures.all(model.submitAll(sequences, priority))
        : CompletableFuture.failedFuture(problem);
  }

  /** Checked here, because on a GPU an id out of range breaks the whole process. */
  private @Nullable RuntimeException problem(List<int[]> sequences) {
    if (closed.get()) {
      return closedException();
    }
    for (int[] tokens : sequences) {
      if (tokens.length == 0 || tokens.length > config.positions()) {
        return new EncodingException(
            "A sequence must have 1 to %d tokens, has %d"
                .formatted(config.positions(), tokens.length));
      }
      for (int token : tokens) {
        if (token < 0 || token >= config.vocabulary()) {
          return new EncodingException(
              "Token ids must be 0 to %d, one is %d".formatted(config.vocabulary() - 1, token));
        }
      }
    }
    return null;
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
