package dev.freshet.pipeline.store;

import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.event.VectorRecordCodec;
import dev.freshet.pipeline.store.DocumentFormat.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
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
  static final String POSTINGS = "postings.";

  private static final int PURGE_BATCH = 1_000;

  private final RocksResources rocks;
  private final RocksDB db;
  private final int generation;
  private final int dimensions;
  private final ColumnFamilyHandle documents;
  private final ColumnFamilyHandle vectors;
  private final ColumnFamilyHandle postings;

  /** Read: this generation's handles are in use. Write: dropping them. */
  private final ReadWriteLock handles = new ReentrantReadWriteLock();

  /** Held by the one who writes. */
  private final Object writing = new Object();

  /** Of the one who writes. */
  private final HeaderReader headers;

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
    this.postings = rocks.family(POSTINGS + generation);
    this.headers = new HeaderReader(rocks, documents);
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
    return rocks
        .families()
        .containsAll(List.of(DOCUMENTS + generation, VECTORS + generation, POSTINGS + generation));
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

  /** Documents, vectors, postings. */
  List<ColumnFamilyHandle> families() {
    return List.of(documents, vectors, postings);
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
      for (byte[] prefix :
          List.of(
              MetaKeys.offsets(generation),
              MetaKeys.indexParts(generation),
              MetaKeys.tombstones(generation))) {
        write.deleteRange(prefix, MetaKeys.after(prefix));
      }
      db.write(synced, write);
      dropped = true;
      rocks.dropFamily(DOCUMENTS + generation);
      rocks.dropFamily(VECTORS + generation);
      rocks.dropFamily(POSTINGS + generation);
    } finally {
      handles.writeLock().unlock();
    }
  }

  List<VectorRecord> apply(
      List<VectorRecord> batch, Map<Integer, Long> nextOffsets, PostingEncoder encoder)
      throws RocksDBException {
    batch.forEach(this::check);
    synchronized (writing) {
      try (WriteBatch write = new WriteBatch()) {
        Tally tally = new Tally(counts);
        List<VectorRecord> effective = new ArrayList<>();
        List<VectorRecord> records = newest(batch);
        List<byte[]> keys =
            records.stream().map(record -> VectorRecordCodec.key(record.id())).toList();
        List<@Nullable Header> there = headers.of(keys);
        for (int i = 0; i < records.size(); i++) {
          VectorRecord record = records.get(i);
          byte[] key = keys.get(i);
          Header before = there.get(i);
          if (before == null || supersedes(record, before.position(), before.timestampMillis())) {
            put(write, key, before, record);
            putPosting(write, key, before, record, encoder);
            tally.replace(before, record);
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

  private static boolean supersedes(VectorRecord record, Position there, long thereMillis) {
    return Position.supersedes(record.position(), record.timestampMillis(), there, thereMillis);
  }

  /** Of each document the record that replaces the others; of equal positions the first. */
  private static List<VectorRecord> newest(List<VectorRecord> batch) {
    Map<String, VectorRecord> newest = new LinkedHashMap<>();
    for (VectorRecord record : batch) {
      newest.merge(
          record.id(),
          record,
          (old, other) -> supersedes(other, old.position(), old.timestampMillis()) ? other : old);
    }
    return List.copyOf(newest.values());
  }

  private void put(WriteBatch write, byte[] key, @Nullable Header before, VectorRecord record)
      throws RocksDBException {
    if (before != null && before.isTombstone()) {
      write.delete(MetaKeys.tombstone(generation, before.timestampMillis(), key));
    }
    write.put(documents, key, DocumentFormat.encode(record));
    if (record instanceof VectorRecord.Upsert upsert) {
      write.put(vectors, key, VectorFormat.encode(upsert.passages(), dimensions));
    } else {
      write.put(MetaKeys.tombstone(generation, record.timestampMillis(), key), new byte[0]);
      if (before != null && !before.isTombstone()) {
        write.delete(vectors, key);
      }
    }
  }

  private void putPosting(
      WriteBatch write,
      byte[] key,
      @Nullable Header before,
      VectorRecord record,
      PostingEncoder encoder)
      throws RocksDBException {
    byte[] posting =
        record instanceof VectorRecord.Upsert upsert ? encoder.encode(upsert) : PostingEncoder.NONE;
    if (posting.length > 0) {
      write.put(postings, key, posting);
    } else if (before != null && !before.isTombstone()) {
      write.delete(postings, key);
    }
  }

  /** What is kept of the vector index, and of every document for it. */
  StoredPostings postings() {
    return new StoredPostings(rocks, generation, documents, postings);
  }

  /** Everything of a change goes through here in one write, so memory follows only what is kept. */
  private void commit(WriteBatch write, StoreCounts after) throws RocksDBException {
    rocks.room().require();
    write.put(MetaKeys.generation(generation), MetaKeys.generationValue(dimensions, after));
    rocks.write(write);
    counts = after;
  }

  private @Nullable Header header(byte[] key) throws RocksDBException {
    byte[] value = new byte[DocumentFormat.HEADER];
    int length = db.get(documents, rocks.readOptions(), key, value);
    return length == RocksDB.NOT_FOUND ? null : DocumentFormat.headerOf(value);
  }

  /** Where the document's newest version stands, a delete too; null for one never seen. */
  @Nullable Header header(String id) throws RocksDBException {
    return header(VectorRecordCodec.key(id));
  }

  /** Visits all documents, deleted ones too, in the order of ids. */
  void scanHeaders(BiConsumer<String, Header> visitor) throws RocksDBException {
    try (ReadOptions options =
            new ReadOptions()
                .setFillCache(false)
                .setReadaheadSize(RocksResources.SCAN_READAHEAD_BYTES);
        RocksIterator all = db.newIterator(documents, options)) {
      for (all.seekToFirst(); all.isValid(); all.next()) {
        visitor.accept(
            new String(all.key(), StandardCharsets.UTF_8), DocumentFormat.headerOf(all.value()));
      }
      all.status();
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
    return value == null || DocumentFormat.headerOf(value).isTombstone()
        ? Optional.empty()
        : Optional.of(DocumentFormat.decode(id, value));
  }

  /** Documents with their vectors. */
  StoredPairs pairs() {
    return new StoredPairs(rocks, generation, dimensions, documents, vectors);
  }

  /** Forgets deletes from before a time, in milliseconds since the epoch. */
  long purgeTombstones(long before) throws RocksDBException {
    long purged = 0;
    int batch;
    do {
      batch = purgeBatch(before);
      purged += batch;
    } while (batch == PURGE_BATCH);
    return purged;
  }

  private int purgeBatch(long before) throws RocksDBException {
    byte[] prefix = MetaKeys.tombstones(generation);
    synchronized (writing) {
      int purged = 0;
      try (RocksIterator keys = db.newIterator();
          WriteBatch write = new WriteBatch()) {
        for (keys.seek(prefix);
            purged < PURGE_BATCH
                && keys.isValid()
                && MetaKeys.startsWith(keys.key(), prefix)
                && MetaKeys.timestampOf(keys.key()) < before;
            keys.next()) {
          write.delete(documents, MetaKeys.idOf(keys.key()));
          write.delete(keys.key());
          purged++;
        }
        keys.status();
        if (purged > 0) {
          StoreCounts old = counts;
          commit(
              write, new StoreCounts(old.documents(), old.passages(), old.tombstones() - purged));
        }
      }
      return purged;
    }
  }

  /** Counts as they will be after a batch. */
  private static final class Tally {
    private long documents;
    private long passages;
    private long tombstones;

    Tally(StoreCounts start) {
      documents = start.documents();
      passages = start.passages();
      tombstones = start.tombstones();
    }

    void replace(@Nullable Header before, VectorRecord record) {
      if (before != null) {
        add(before.passages(), -1);
      }
      add(record instanceof VectorRecord.Upsert upsert ? upsert.passages().size() : 0, 1);
    }

    private void add(int documentPassages, int sign) {
      documents += documentPassages > 0 ? sign : 0;
      tombstones += documentPassages > 0 ? 0 : sign;
      passages += (long) sign * documentPassages;
    }

    StoreCounts counts() {
      return new StoreCounts(documents, passages, tombstones);
    }
  }
}
