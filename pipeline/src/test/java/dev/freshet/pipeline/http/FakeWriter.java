package dev.freshet.pipeline.http;

import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.DocumentWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** Keeps what is written; fails where it is told to. */
public final class FakeWriter implements DocumentWriter {
  /** A record that was put aside. */
  @SuppressWarnings("ArrayRecordComponent")
  public record DeadLetter(byte[] original, String reason, String source) {}

  public final List<Document> upserts = Collections.synchronizedList(new ArrayList<>());
  public final List<String> deletes = Collections.synchronizedList(new ArrayList<>());
  public final List<DeadLetter> deadLetters = Collections.synchronizedList(new ArrayList<>());
  public volatile Predicate<String> failing = id -> false;

  /** What a write gives back: complete, or as long open as the test wants. */
  public volatile CompletableFuture<Void> acknowledgement = CompletableFuture.completedFuture(null);

  @Override
  public CompletableFuture<Void> upsert(Document document) {
    if (failing.test(document.id())) {
      return CompletableFuture.failedFuture(new IllegalStateException("no leader"));
    }
    upserts.add(document);
    return acknowledgement;
  }

  @Override
  public CompletableFuture<Void> delete(String id) {
    if (failing.test(id)) {
      return CompletableFuture.failedFuture(new IllegalStateException("no leader"));
    }
    deletes.add(id);
    return acknowledgement;
  }

  @Override
  public CompletableFuture<Void> deadLetter(byte[] original, String reason, String source) {
    deadLetters.add(new DeadLetter(original, reason, source));
    return acknowledgement;
  }
}
