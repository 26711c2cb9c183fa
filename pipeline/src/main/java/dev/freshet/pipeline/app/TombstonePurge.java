package dev.freshet.pipeline.app;

import dev.freshet.pipeline.store.VectorStore;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets deletes that are older than {@code store.deleteRetention}: looks once an hour, not while
 * the node starts.
 */
final class TombstonePurge implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TombstonePurge.class);

  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "tombstone-purge");
            thread.setDaemon(true);
            return thread;
          });

  TombstonePurge(VectorStore store) {
    var unused = scheduler.scheduleWithFixedDelay(() -> purge(store), 10, 60, TimeUnit.MINUTES);
  }

  private static void purge(VectorStore store) {
    try {
      long purged = store.purgeTombstones();
      if (purged > 0) {
        LOG.info("forgot {} old deletes", purged);
      }
    } catch (RuntimeException e) {
      // They stay until the next time; thrown on, it would end the schedule without a word.
      LOG.warn("old deletes stay for now", e);
    }
  }

  @Override
  public void close() {
    scheduler.shutdownNow();
    try {
      if (!scheduler.awaitTermination(1, TimeUnit.SECONDS)) {
        LOG.warn("a purge of old deletes still runs");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
