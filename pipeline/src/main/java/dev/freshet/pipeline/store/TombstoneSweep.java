package dev.freshet.pipeline.store;

import java.util.ArrayList;
import java.util.List;
import org.rocksdb.RocksDBException;

/**
 * Forgets the deletes of one generation that are older than a time, some thousand documents at a
 * time, so that nobody waits for it. Nothing but the documents says where deletes are, so that one
 * writes no more than it must: versions of all are read, by a store that knows how old its oldest
 * delete is. One use, one thread.
 */
final class TombstoneSweep {
  private static final int SLICE = 5_000;

  private final long before;
  private final List<String> old = new ArrayList<>();
  private int seen;

  /** The first id that has not been looked at. */
  private String next = "";

  private boolean done;
  private long oldestLeft = Long.MAX_VALUE;

  /** Of those that came since this began; the writer's. */
  private long oldestNew = Long.MAX_VALUE;

  /**
   * @param before milliseconds since the epoch
   */
  TombstoneSweep(long before) {
    this.before = before;
  }

  boolean isDone() {
    return done;
  }

  /**
   * Looks at the next documents, inside {@link GenerationStore#whileHeld}.
   *
   * @return how many deletes were forgotten
   */
  long goOn(GenerationStore store) throws RocksDBException {
    seen = 0;
    old.clear();
    done = store.scanVersions(next, this::visit);
    long forgotten = old.isEmpty() ? 0 : store.forget(old, before);
    if (done) {
      store.swept(this);
    }
    return forgotten;
  }

  private boolean visit(String id, StoredVersion version) {
    if (seen == SLICE) {
      next = id;
      return false;
    }
    seen++;
    if (version.isDelete() && version.timestampMillis() < before) {
      old.add(id);
    } else if (version.isDelete()) {
      oldestLeft = Math.min(oldestLeft, version.timestampMillis());
    }
    return true;
  }

  /** Told of each delete that comes meanwhile, wherever the sweep stands. */
  void deleted(long timestampMillis) {
    oldestNew = Math.min(oldestNew, timestampMillis);
  }

  /** When the oldest delete was made that is there after it, or a later one has replaced. */
  long oldestLeft() {
    return Math.min(oldestLeft, oldestNew);
  }
}
