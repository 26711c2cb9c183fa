package dev.freshet.pipeline.demo;

import dev.freshet.pipeline.app.CommandException;
import dev.freshet.pipeline.search.Searcher;
import dev.freshet.training.corpus.CorpusDocument;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The documents that come: most of them at once, the later ones one by one while people search.
 * Measures how long it takes from the acknowledgement of a document until it can be found.
 */
final class DocumentStream implements AutoCloseable {
  private static final int BATCH = 200;
  private static final Duration PAUSE = Duration.ofMillis(1_500);
  private static final Duration LOOK = Duration.ofMillis(2);

  /** A document that cannot be found for so long is not waited for. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final DemoClient client;
  private final Searcher searcher;
  private final DemoCollection collection;
  private final AtomicInteger sent = new AtomicInteger();
  private final Latencies freshness = new Latencies();
  private volatile @Nullable RuntimeException failure;
  private final Thread thread = new Thread(this::run, "documents");

  /**
   * @param searcher is asked whether a document is there
   */
  DocumentStream(DemoClient client, Searcher searcher, DemoCollection collection) {
    this.client = client;
    this.searcher = searcher;
    this.collection = collection;
    thread.setDaemon(true);
  }

  /** Begins to send. */
  void start() {
    thread.start();
  }

  private void run() {
    try {
      List<CorpusDocument> first = collection.first();
      for (int from = 0; from < first.size(); from += BATCH) {
        List<CorpusDocument> batch = first.subList(from, Math.min(first.size(), from + BATCH));
        client.add(batch);
        sent.addAndGet(batch.size());
      }
      for (CorpusDocument document : collection.later()) {
        TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        client.add(List.of(document));
        sent.incrementAndGet();
        measure(document.id());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  private void measure(String id) throws InterruptedException {
    long acknowledged = System.nanoTime();
    while (searcher.document(id).isEmpty()) {
      if (System.nanoTime() - acknowledged > PATIENCE.toNanos()) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
    }
    freshness.add(System.nanoTime() - acknowledged);
  }

  /**
   * Fails where the stream has ended before its time.
   *
   * @throws CommandException with the reason: a document that was refused, say
   */
  void requireUnbroken() {
    RuntimeException reason = failure;
    if (reason != null) {
      throw new CommandException(
          "documents stream no longer, after %,d of %,d: %s"
              .formatted(sent.get(), collection.documents(), reason.getMessage()),
          reason);
    }
  }

  /** Documents that were acknowledged. */
  int sent() {
    return sent.get();
  }

  /** From acknowledged to found. */
  Latencies freshness() {
    return freshness;
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
