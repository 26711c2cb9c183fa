package dev.freshet.pipeline.search;

import dev.freshet.pipeline.ann.IvfRestore;
import dev.freshet.pipeline.store.StoreDamagedException;
import dev.freshet.pipeline.store.StoreErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Puts stored postings into an index beside the thread that reads them, one batch while the next is
 * read. It has a thread of its own: who reads holds the store, and must not wait for what others do
 * with it. One per load; its methods are for one thread.
 */
final class PostingLoad implements AutoCloseable {
  private static final int BATCH = 2_000;

  private final IvfRestore restore;
  private final int generation;
  private final ExecutorService beside;
  private List<Row> batch = new ArrayList<>(BATCH);
  private CompletableFuture<@Nullable Void> loading = CompletableFuture.completedFuture(null);

  private record Row(int ordinal, long name, byte[] posting, String id) {}

  PostingLoad(IvfRestore restore, int generation) {
    this.restore = restore;
    this.generation = generation;
    this.beside =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "load-postings-" + generation);
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * @param name as the snapshot of the index was told
   * @throws StoreDamagedException when a posting that came before cannot be read
   */
  void add(int ordinal, long name, byte[] posting, String id) {
    batch.add(new Row(ordinal, name, posting, id));
    if (batch.size() == BATCH) {
      hand();
    }
  }

  /**
   * Waits until all of them are in.
   *
   * @throws StoreDamagedException when one cannot be read
   */
  void finish() {
    hand();
    await();
  }

  private void hand() {
    await();
    List<Row> rows = batch;
    loading = CompletableFuture.runAsync(() -> rows.forEach(this::put), beside);
    batch = new ArrayList<>(BATCH);
  }

  private void await() {
    try {
      loading.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }

  private void put(Row row) {
    try {
      restore.add(row.ordinal(), row.name(), row.posting());
    } catch (IllegalArgumentException e) {
      throw new StoreDamagedException(
          "The posting of document %s of generation %d cannot be read (%s). %s"
              .formatted(row.id(), generation, e.getMessage(), StoreErrors.REBUILD_GENERATION),
          e);
    }
  }

  /** Ends it; what has not been put in by then is not. */
  @Override
  public void close() {
    beside.shutdownNow();
  }
}
