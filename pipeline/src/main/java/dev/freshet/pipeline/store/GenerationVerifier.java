package dev.freshet.pipeline.store;

import dev.freshet.pipeline.store.DocumentFormat.Header;
import dev.freshet.pipeline.store.Faults.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Reads everything of a generation once and holds its parts against each other: each live document
 * has its vectors and its posting, nothing else has any, each delete is remembered once, and counts
 * and offsets are those of what is there. Memory is that of one document. One use, one thread.
 */
final class GenerationVerifier {
  private static final long READAHEAD_BYTES = 2L << 20;

  private final RocksDB db;
  private final RocksResources rocks;
  private final int generation;
  private final GenerationStore store;
  private final Faults faults;

  /** Null where the store has no index of vectors, so that postings are not in use. */
  private @Nullable PostingCheck postingCheck;

  private long documents;
  private long passages;
  private long tombstones;

  GenerationVerifier(RocksResources rocks, int generation, GenerationStore store, Faults faults) {
    this.db = rocks.db();
    this.rocks = rocks;
    this.generation = generation;
    this.store = store;
    this.faults = faults;
  }

  void run(PostingCheck.Factory checks) throws RocksDBException {
    List<byte[]> parts = store.postings().indexParts();
    if (!parts.isEmpty()) {
      try {
        postingCheck = checks.of(store.dimensions(), parts);
      } catch (IllegalArgumentException e) {
        faults.add(Kind.POSTING, "its index of vectors cannot be read: " + e.getMessage());
      }
    }
    checkDocuments();
    checkTombstones();
    StoreCounts found = new StoreCounts(documents, passages, tombstones);
    if (!found.equals(store.counts())) {
      faults.add(
          Kind.COUNT,
          "it holds %s, its counts say %s".formatted(text(found), text(store.counts())));
    }
    checkOffsets();
  }

  private static String text(StoreCounts counts) {
    return "%d documents with %d passages and %d deletes"
        .formatted(counts.documents(), counts.passages(), counts.tombstones());
  }

  private void checkDocuments() throws RocksDBException {
    try (ReadOptions options =
            new ReadOptions().setFillCache(false).setReadaheadSize(READAHEAD_BYTES);
        RocksIterators all = new RocksIterators(db, store.families(), options)) {
      RocksIterator document = all.get(0);
      Beside vectors = new Beside(all.get(1), Kind.VECTORS, "vectors");
      Beside postings = new Beside(all.get(2), Kind.POSTING, "a posting");
      for (document.seekToFirst(); document.isValid(); document.next()) {
        byte[] key = document.key();
        check(key, document.value(), vectors.at(key), postings.at(key));
      }
      document.status();
      vectors.rest();
      postings.rest();
    }
  }

  /** A cursor over what belongs to documents, in the order of their ids. */
  private final class Beside {
    private final RocksIterator values;
    private final Kind kind;
    private final String what;

    Beside(RocksIterator values, Kind kind, String what) {
      this.values = values;
      this.kind = kind;
      this.what = what;
      values.seekToFirst();
    }

    /** What belongs to this document, null where nothing does. */
    byte @Nullable [] at(byte[] key) throws RocksDBException {
      while (values.isValid() && Arrays.compareUnsigned(values.key(), key) < 0) {
        orphan();
      }
      values.status();
      if (!values.isValid() || !Arrays.equals(values.key(), key)) {
        return null;
      }
      byte[] value = values.value();
      values.next();
      return value;
    }

    void rest() throws RocksDBException {
      while (values.isValid()) {
        orphan();
      }
      values.status();
    }

    private void orphan() {
      faults.add(kind, "%s without a document: %s".formatted(what, id(values.key())));
      values.next();
    }
  }

  private static String id(byte[] key) {
    return new String(key, StandardCharsets.UTF_8);
  }

  private void check(
      byte[] key, byte[] value, byte @Nullable [] vectors, byte @Nullable [] posting) {
    String id = id(key);
    String fault = DocumentFormat.fault(value);
    if (fault != null) {
      faults.add(Kind.VALUE, "document %s: %s".formatted(id, fault));
      return;
    }
    Header header = DocumentFormat.headerOf(value);
    if (header.isTombstone()) {
      tombstones++;
      if (vectors != null) {
        faults.add(Kind.VECTORS, "document %s is deleted and has vectors".formatted(id));
      }
      if (posting != null) {
        faults.add(Kind.POSTING, "document %s is deleted and has a posting".formatted(id));
      }
      return;
    }
    documents++;
    passages += header.passages();
    if (vectors == null) {
      faults.add(Kind.VECTORS, "document %s has no vectors".formatted(id));
    } else {
      check(id, header, vectors, posting);
    }
  }

  private void check(String id, Header header, byte[] value, byte @Nullable [] posting) {
    int dimensions = store.dimensions();
    if (value.length != (long) Float.BYTES * dimensions * header.passages()) {
      faults.add(
          Kind.VECTORS,
          "document %s has %d bytes of vectors, %d passages of %d dimensions have %d"
              .formatted(
                  id,
                  value.length,
                  header.passages(),
                  dimensions,
                  (long) Float.BYTES * dimensions * header.passages()));
      return;
    }
    float[][] vectors = VectorFormat.decode(value, header.passages(), dimensions);
    for (float[] vector : vectors) {
      for (float component : vector) {
        if (!Float.isFinite(component)) {
          faults.add(Kind.VECTORS, "document %s has a vector that is not finite".formatted(id));
          return;
        }
      }
    }
    PostingCheck check = postingCheck;
    if (check != null) {
      String fault = posting == null ? "is missing" : check.fault(vectors, posting);
      if (fault != null) {
        faults.add(Kind.POSTING, "the posting of document %s %s".formatted(id, fault));
      }
    }
  }

  /** Each delete is remembered once more by its time, so that it can be forgotten. */
  private void checkTombstones() throws RocksDBException {
    byte[] prefix = MetaKeys.tombstones(generation);
    long remembered = 0;
    try (RocksIterator keys = db.newIterator()) {
      for (keys.seek(prefix);
          keys.isValid() && MetaKeys.startsWith(keys.key(), prefix);
          keys.next()) {
        remembered++;
        String id = id(MetaKeys.idOf(keys.key()));
        Header header = store.header(id);
        if (header == null
            || !header.isTombstone()
            || header.timestampMillis() != MetaKeys.timestampOf(keys.key())) {
          faults.add(Kind.DELETE, "a delete is remembered of %s, which has none".formatted(id));
        }
      }
      keys.status();
    }
    if (remembered != tombstones) {
      faults.add(
          Kind.DELETE, "%d deletes are remembered, there are %d".formatted(remembered, tombstones));
    }
  }

  private void checkOffsets() throws RocksDBException {
    Map<Integer, Long> offsets = store.offsets();
    // Deletes may come before the documents that there is no memory for, and their offsets.
    if (offsets.isEmpty() && documents > 0) {
      faults.add(Kind.OFFSET, "it holds documents, and no offset to go on from");
    }
    offsets.forEach(
        (partition, offset) -> {
          if (partition < 0 || offset < 0) {
            faults.add(
                Kind.OFFSET, "partition %d goes on from offset %d".formatted(partition, offset));
          }
        });
  }
}
