package dev.freshet.pipeline.store;

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
 * has its vectors and its posting, nothing else has vectors, and counts and offsets are those of
 * what is there. Memory is that of one document. One use, one thread.
 */
final class GenerationVerifier {
  private static final long READAHEAD_BYTES = 2L << 20;

  private final RocksDB db;
  private final GenerationStore store;
  private final Faults faults;

  /** Null where the store has no index of vectors, so that postings are not in use. */
  private @Nullable PostingCheck postingCheck;

  private long documents;
  private long passages;
  private long tombstones;

  GenerationVerifier(RocksResources rocks, GenerationStore store, Faults faults) {
    this.db = rocks.db();
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
      VectorCursor vectors = new VectorCursor(all.get(1));
      for (document.seekToFirst(); document.isValid(); document.next()) {
        byte[] key = document.key();
        check(key, document.value(), vectors.at(key));
      }
      document.status();
      vectors.rest();
    }
  }

  /** Over the vectors of documents, in the order of their ids. */
  private final class VectorCursor {
    private final RocksIterator values;

    VectorCursor(RocksIterator values) {
      this.values = values;
      values.seekToFirst();
    }

    /** Those of this document, null where there are none. */
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
      faults.add(Kind.VECTORS, "vectors without a document: " + id(values.key()));
      values.next();
    }
  }

  private static String id(byte[] key) {
    return new String(key, StandardCharsets.UTF_8);
  }

  private void check(byte[] key, byte[] value, byte @Nullable [] vectors) {
    String id = id(key);
    String fault = DocumentFormat.fault(value);
    if (fault != null) {
      faults.add(Kind.VALUE, "document %s: %s".formatted(id, fault));
      return;
    }
    StoredVersion version = DocumentFormat.versionOf(value);
    if (version.isDelete()) {
      tombstones++;
      if (vectors != null) {
        faults.add(Kind.VECTORS, "document %s is deleted and has vectors".formatted(id));
      }
      return;
    }
    documents++;
    passages += version.passages();
    if (vectors == null) {
      faults.add(Kind.VECTORS, "document %s has no vectors".formatted(id));
    } else {
      check(id, version, vectors, DocumentFormat.postingOf(value));
    }
  }

  private void check(String id, StoredVersion version, byte[] value, byte[] posting) {
    int dimensions = store.dimensions();
    long bytes = (long) VectorFormat.bytes(dimensions) * version.passages();
    if (value.length != bytes) {
      faults.add(
          Kind.VECTORS,
          "document %s has %d bytes of vectors, %d passages of %d dimensions have %d"
              .formatted(id, value.length, version.passages(), dimensions, bytes));
      return;
    }
    float[][] vectors = VectorFormat.decode(value, version.passages(), dimensions);
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
      String fault = posting.length == 0 ? "is missing" : check.fault(vectors, posting);
      if (fault != null) {
        faults.add(Kind.POSTING, "the posting of document %s %s".formatted(id, fault));
      }
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
