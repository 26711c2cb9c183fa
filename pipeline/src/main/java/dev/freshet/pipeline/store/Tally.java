package dev.freshet.pipeline.store;

import org.jspecify.annotations.Nullable;

/** Counts of a generation as they will be after a batch. One batch, one thread. */
final class Tally {
  private long documents;
  private long passages;
  private long tombstones;

  Tally(StoreCounts start) {
    documents = start.documents();
    passages = start.passages();
    tombstones = start.tombstones();
  }

  void replace(@Nullable StoredVersion before, StoredVersion after) {
    if (before != null) {
      add(before.passages(), -1);
    }
    add(after.passages(), 1);
  }

  /** A document that is deleted has no passages. */
  private void add(int documentPassages, int sign) {
    documents += documentPassages > 0 ? sign : 0;
    tombstones += documentPassages > 0 ? 0 : sign;
    passages += (long) sign * documentPassages;
  }

  StoreCounts counts() {
    return new StoreCounts(documents, passages, tombstones);
  }
}
