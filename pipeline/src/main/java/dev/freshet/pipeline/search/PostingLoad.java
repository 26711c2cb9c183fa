package dev.freshet.pipeline.search;

import dev.freshet.pipeline.ann.IvfRestore;
import dev.freshet.pipeline.store.StoreDamagedException;
import dev.freshet.pipeline.store.StoreErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Puts stored postings into an index beside the thread that reads them, one batch while the next is
 * read. One per load; its methods are for one thread.
 */
final class PostingLoad {
  private static final int BATCH = 2_000;

  private final IvfRestore restore;
  private final int generation;
  private final Executor beside;
  private List<Row> batch = new ArrayList<>(BATCH);
  private CompletableFuture<@Nullable Void> loading = CompletableFuture.completedFuture(null);

  private record Row(int ordinal, long name, byte[] posting, String id) {}

  PostingLoad(IvfRestore restore, int generation, Executor beside) {
    this.restore = restore;
    this.generation = generation;
    this.beside = beside;
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
      if (e.getCause() instanceof StoreDamagedException damage) {
        throw damage;
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
}
