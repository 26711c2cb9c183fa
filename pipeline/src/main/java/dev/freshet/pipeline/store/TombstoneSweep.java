package dev.freshet.pipeline.store;

import java.util.ArrayList;
import java.util.List;
import org.rocksdb.RocksDBException;

/**
 * Forgets the deletes of one generation that are older than a time. Nothing but the documents says
 * where they are, so that a delete writes no more than it must: all versions are read, and who asks
 * for this knows how old the oldest delete is. One use, one thread.
 */
final class TombstoneSweep {
  private static final int BATCH = 1_000;

  private final GenerationStore store;
  private final long before;
  private final Runnable running;
  private final List<String> old = new ArrayList<>(BATCH);
  private long oldestLeft = Long.MAX_VALUE;
  private boolean done;
  private long forgotten;

  /**
   * @param before milliseconds since the epoch
   * @param running throws where nobody waits for the end of this any more
   */
  TombstoneSweep(GenerationStore store, long before, Runnable running) {
    this.store = store;
    this.before = before;
    this.running = running;
  }

  /**
   * @return how many were forgotten
   */
  long run() throws RocksDBException {
    store.scanVersions(this::visit);
    forget();
    done = true;
    return forgotten;
  }

  private void visit(String id, StoredVersion version) throws RocksDBException {
    running.run();
    if (version.isDelete() && version.timestampMillis() < before) {
      old.add(id);
      if (old.size() == BATCH) {
        forget();
      }
    } else if (version.isDelete()) {
      oldestLeft = Math.min(oldestLeft, version.timestampMillis());
    }
  }

  private void forget() throws RocksDBException {
    forgotten += store.forget(old, before);
    old.clear();
  }

  /** When the oldest of the others was made; where the sweep has not ended, anything. */
  long oldestLeft() {
    return done ? oldestLeft : Long.MIN_VALUE;
  }
}
