package dev.freshet.pipeline.store;

import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.event.VectorRecordCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * One generation in the store. Thread-safe: writes wait for each other, reads do not wait. Every
 * method that touches native handles must be called inside {@link #whileHeld}.
 */
final class GenerationStore {
  static final String DOCUMENTS = "documents.";
  static final String VECTORS = "vectors.";

  private final RocksResources rocks;
  private final RocksDB db;
  private final int generation;
  private final int dimensions;
  private final ColumnFamilyHandle documents;
  private final ColumnFamilyHandle vectors;

  /** Read: this generation's handles are in use. Write: dropping them. */
  private final ReadWriteLock handles = new ReentrantReadWriteLock();

  /** Held by the one who writes. */
  private final Object writing = new Object();

  /** Of the one who writes, as is what follows. */
  private final VersionReader versions;

  /** No delete is older than this time, in milliseconds since the epoch. */
  private long oldestDelete = Long.MIN_VALUE;

  /** The last one that began here. */
  private @Nullable TombstoneSweep sweep;

  private volatile StoreCounts counts;
  private volatile boolean dropped;

  private GenerationStore(RocksResources rocks, int generation, int dimensions, StoreCounts counts)
      throws RocksDBException {
    this.rocks = rocks;
    this.db = rocks.db();
    this.generation = generation;
    this.dimensions = dimensions;
    this.counts = counts;
    this.documents = rocks.family(DOCUMENTS + generation);
    this.vectors = rocks.family(VECTORS + generation);
    this.versions = new VersionReader(rocks, documents);
  }

  /** Column families first: a generation that the default family names is complete. */
  static GenerationStore create(RocksResources rocks, int generation, int dimensions)
      throws RocksDBException {
    GenerationStore store = new GenerationStore(rocks, generation, dimensions, StoreCounts.NONE);
    byte[] value = MetaKeys.generationValue(dimensions, StoreCounts.NONE);
    rocks.db().put(rocks.writeOptions(), MetaKeys.generation(generation), value);
    return store;
  }

  static GenerationStore load(RocksResources rocks, int generation, byte[] value)
      throws RocksDBException {
    return new GenerationStore(
        rocks, generation, MetaKeys.dimensionsOf(value), MetaKeys.countsOf(value));
  }

  /** The generation that a column family is of, -1 for the one that all share. */
  static int generationOf(String family) {
    int dot = family.lastIndexOf('.');
    return dot > 0 ? Integer.parseInt(family.substring(dot + 1)) : -1;
  }

  /** Whether the database has all that a generation consists of. */
  static boolean hasFamilies(RocksResources rocks, int generation) {
    return rocks.families().containsAll(List.of(DOCUMENTS + generation, VECTORS + generation));
  }

  int dimensions() {
    return dimensions;
  }

  StoreCounts counts() {
    return counts;
  }

  /** Bytes of what is live on disk, and of what is not written there yet; RocksDB's estimate. */
  long bytes() throws RocksDBException {
    long bytes = 0;
    for (ColumnFamilyHandle family : families()) {
      bytes += db.getLongProperty(family, "rocksdb.estimate-live-data-size");
      bytes += db.getLongProperty(family, "rocksdb.cur-size-all-mem-tables");
    }
    return bytes;
  }

  /** Documents, vectors. */
  List<ColumnFamilyHandle> families() {
    return List.of(documents, vectors);
  }

  /** Lends the native handles for one call. */
  <T> T whileHeld(StoreLifecycle.Call<GenerationStore, T> call) throws RocksDBException {
    handles.readLock().lock();
    try {
      if (dropped) {
        throw new IllegalArgumentException("generation " + generation + " has been dropped");
      }
      return call.on(this);
    } finally {
      handles.readLock().unlock();
    }
  }

  /** What the default family says goes first: what is left after a crash is dropped at open. */
  void drop() throws RocksDBException {
    handles.writeLock().lock();
    // Dropped families are gone at once, so what speaks of them must be, too: synced, unlike
    // others.
    try (WriteBatch write = new WriteBatch();
        WriteOptions synced = new WriteOptions().setSync(true)) {
      write.delete(MetaKeys.generation(generation));
      write.delete(MetaKeys.complete(generation));
      for (byte[] prefix : List.of(MetaKeys.offsets(generation), MetaKeys.indexParts(generation))) {
        write.deleteRange(prefix, MetaKeys.after(prefix));
      }
      db.write(synced, write);
      dropped = true;
      rocks.dropFamily(DOCUMENTS + generation);
      rocks.dropFamily(VECTORS + generation);
    } finally {
      handles.writeLock().unlock();
    }
  }

  List<VectorRecord> apply(
      List<VectorRecord> batch,
      Map<Integer, Long> nextOffsets,
      PostingEncoder postings,
      LiveVersions live)
      throws RocksDBException {
    batch.forEach(this::check);
    synchronized (writing) {
      try (WriteBatch write = new WriteBatch()) {
        Tally tally = new Tally(counts);
        List<VectorRecord> effective = new ArrayList<>();
        List<VectorRecord> records = newest(batch);
        List<byte[]> keys =
            records.stream().map(record -> VectorRecordCodec.key(record.id())).toList();
        List<@Nullable StoredVersion> there = there(records, keys, live);
        for (int i = 0; i < records.size(); i++) {
          VectorRecord record = records.get(i);
          StoredVersion before = there.get(i);
          StoredVersion after = StoredVersion.of(record);
          if (before == null || after.supersedes(before)) {
            put(write, keys.get(i), before, record, postings);
            tally.replace(before, after);
            effective.add(record);
          }
        }
        for (Map.Entry<Integer, Long> next : nextOffsets.entrySet()) {
          byte[] key = MetaKeys.offset(generation, next.getKey());
          write.put(key, MetaKeys.offsetValue(next.getValue()));
        }
        commit(write, tally.counts());
        return effective;
      }
    }
  }

  /**
   * What is stored of each, null for one never seen. What must be read is read in one call: where
   * live documents are known, deletes, as far as there are any.
   */
  private List<@Nullable StoredVersion> there(
      List<VectorRecord> records, List<byte[]> keys, LiveVersions live) throws RocksDBException {
    List<@Nullable StoredVersion> there = new ArrayList<>(records.size());
    List<byte[]> unknown = new ArrayList<>();
    for (int i = 0; i < records.size(); i++) {
      StoredVersion version = live.of(records.get(i).id());
      there.add(version);
      if (version == null) {
        unknown.add(keys.get(i));
      }
    }
    if (live == LiveVersions.UNKNOWN || counts.tombstones() > 0) {
      Iterator<@Nullable StoredVersion> read = versions.of(unknown).iterator();
      there.replaceAll(version -> version == null ? read.next() : version);
    }
    return there;
  }

  private void check(VectorRecord record) {
    if (record.generation() != generation) {
      throw new IllegalArgumentException(
          "document %s is of generation %d, this is generation %d"
              .formatted(record.id(), record.generation(), generation));
    }
    if (record instanceof VectorRecord.Upsert upsert) {
      for (PassageVector passage : upsert.passages()) {
        if (passage.vector().length != dimensions) {
          throw new IllegalArgumentException(
              "document %s has vectors of %d dimensions, generation %d has %d"
                  .formatted(record.id(), passage.vector().length, generation, dimensions));
        }
      }
    }
  }

  /** Of each document the record that replaces the others; of equal positions the first. */
  private static List<VectorRecord> newest(List<VectorRecord> batch) {
    Map<String, VectorRecord> newest = new LinkedHashMap<>();
    for (VectorRecord record : batch) {
      newest.merge(
          record.id(),
          record,
          (old, other) -> StoredVersion.of(other).supersedes(StoredVersion.of(old)) ? other : old);
    }
    return List.copyOf(newest.values());
  }

  private void put(
      WriteBatch write,
      byte[] key,
      @Nullable StoredVersion before,
      VectorRecord record,
      PostingEncoder postings)
      throws RocksDBException {
    if (record instanceof VectorRecord.Upsert upsert) {
      byte[] value = encoded(upsert);
      byte[] posting = postings.encode(upsert, VectorFormat.decode(value, dimensions));
      write.put(documents, key, DocumentFormat.encode(upsert, posting));
      write.put(vectors, key, value);
    } else {
      write.put(documents, key, DocumentFormat.tombstone(record));
      oldestDelete = Math.min(oldestDelete, record.timestampMillis());
      if (sweep != null) {
        sweep.deleted(record.timestampMillis());
      }
      if (before != null && !before.isDelete()) {
        write.delete(vectors, key);
      }
    }
  }

  private byte[] encoded(VectorRecord.Upsert upsert) {
    try {
      return VectorFormat.encode(upsert.passages(), dimensions);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "document %s: %s".formatted(upsert.id(), e.getMessage()), e);
    }
  }

  /** What is kept of the vector index, and of every document for it. */
  StoredPostings postings() {
    return new StoredPostings(rocks, generation, documents);
  }

  /** Everything of a change goes through here in one write, so memory follows only what is kept. */
  private void commit(WriteBatch write, StoreCounts after) throws RocksDBException {
    rocks.room().require();
    write.put(MetaKeys.generation(generation), MetaKeys.generationValue(dimensions, after));
    rocks.write(write);
    counts = after;
  }

  /** The document's newest version, a delete too; null for one never seen. */
  @Nullable StoredVersion version(String id) throws RocksDBException {
    byte[] value = new byte[DocumentFormat.HEADER];
    int length = db.get(documents, rocks.readOptions(), VectorRecordCodec.key(id), value);
    return length == RocksDB.NOT_FOUND ? null : DocumentFormat.versionOf(value);
  }

  /** Told of every document, a deleted one too; says whether to go on. */
  @FunctionalInterface
  interface VersionVisitor {
    boolean visit(String id, StoredVersion version) throws RocksDBException;
  }

  /**
   * Visits documents, deleted ones too, in the order of ids; texts are not copied.
   *
   * @param from the first id that may be there
   * @return whether the visitor went on to the end
   */
  boolean scanVersions(String from, VersionVisitor visitor) throws RocksDBException {
    ByteBuffer header = ByteBuffer.allocateDirect(DocumentFormat.HEADER);
    try (ReadOptions options =
            new ReadOptions()
                .setFillCache(false)
                .setReadaheadSize(RocksResources.SCAN_READAHEAD_BYTES);
        RocksIterator all = db.newIterator(documents, options)) {
      for (all.seek(VectorRecordCodec.key(from)); all.isValid(); all.next()) {
        String id = new String(all.key(), StandardCharsets.UTF_8);
        var unused = all.value(header.clear());
        if (!visitor.visit(id, DocumentFormat.versionOf(header))) {
          return false;
        }
      }
      all.status();
      return true;
    }
  }

  boolean isComplete() throws RocksDBException {
    return db.get(rocks.readOptions(), MetaKeys.complete(generation)) != null;
  }

  void markComplete() throws RocksDBException {
    db.put(rocks.writeOptions(), MetaKeys.complete(generation), new byte[0]);
  }

  SortedMap<Integer, Long> offsets() throws RocksDBException {
    SortedMap<Integer, Long> offsets = new TreeMap<>();
    byte[] prefix = MetaKeys.offsets(generation);
    try (RocksIterator keys = db.newIterator()) {
      for (keys.seek(prefix);
          keys.isValid() && MetaKeys.startsWith(keys.key(), prefix);
          keys.next()) {
        offsets.put(MetaKeys.partitionOf(keys.key()), MetaKeys.offsetOf(keys.value()));
      }
      keys.status();
    }
    return offsets;
  }

  Optional<StoredDocument> document(String id) throws RocksDBException {
    byte[] value = db.get(documents, rocks.readOptions(), VectorRecordCodec.key(id));
    return value == null || DocumentFormat.versionOf(value).isDelete()
        ? Optional.empty()
        : Optional.of(DocumentFormat.decode(id, value));
  }

  /** Documents with their vectors. */
  StoredPairs pairs() {
    return new StoredPairs(rocks, generation, dimensions, documents, vectors);
  }

  /**
   * Begins to look for deletes that may be forgotten.
   *
   * @param before from before when, in milliseconds since the epoch
   * @param due empty is returned where none is from before that time
   */
  Optional<TombstoneSweep> beginSweep(long before, long due) {
    synchronized (writing) {
      if (counts.tombstones() == 0 || oldestDelete >= due) {
        return Optional.empty();
      }
      TombstoneSweep begun = new TombstoneSweep(before);
      sweep = begun;
      return Optional.of(begun);
    }
  }

  /** All has been looked at. One that began before the store was opened anew knows too little. */
  void swept(TombstoneSweep ended) {
    synchronized (writing) {
      if (sweep == ended) {
        oldestDelete = ended.oldestLeft();
        sweep = null;
      }
    }
  }

  /**
   * Forgets those of these documents that are deleted, and were before a time.
   *
   * @return how many
   */
  long forget(List<String> ids, long before) throws RocksDBException {
    synchronized (writing) {
      try (WriteBatch write = new WriteBatch()) {
        List<byte[]> keys = ids.stream().map(VectorRecordCodec::key).toList();
        List<@Nullable StoredVersion> there = versions.of(keys);
        for (int i = 0; i < keys.size(); i++) {
          StoredVersion version = there.get(i);
          if (version != null && version.isDelete() && version.timestampMillis() < before) {
            write.delete(documents, keys.get(i));
          }
        }
        int forgotten = write.count();
        if (forgotten > 0) {
          StoreCounts now = counts;
          commit(
              write,
              new StoreCounts(now.documents(), now.passages(), now.tombstones() - forgotten));
        }
        return forgotten;
      }
    }
  }
}
