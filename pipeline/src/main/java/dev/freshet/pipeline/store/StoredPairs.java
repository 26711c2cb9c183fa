package dev.freshet.pipeline.store;

import dev.freshet.pipeline.event.VectorRecordCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;

/**
 * Reads documents of one generation with their vectors, each pair of one moment: a write between
 * two reads would pair a text with another's vectors. Must be used inside {@link
 * GenerationStore#whileHeld}.
 */
final class StoredPairs {
  private final RocksResources rocks;
  private final int generation;
  private final int dimensions;
  private final ColumnFamilyHandle documents;
  private final ColumnFamilyHandle vectors;

  StoredPairs(
      RocksResources rocks,
      int generation,
      int dimensions,
      ColumnFamilyHandle documents,
      ColumnFamilyHandle vectors) {
    this.rocks = rocks;
    this.generation = generation;
    this.dimensions = dimensions;
    this.documents = documents;
    this.vectors = vectors;
  }

  /**
   * For each id the vectors alone, {@code [passages][dimensions]}, of whatever version is stored
   * when they are read; null where there are none.
   */
  List<float @Nullable [][]> rows(List<String> ids) throws RocksDBException {
    List<float @Nullable [][]> rows = new ArrayList<>(ids.size());
    for (byte[] value : read(vectors, ids)) {
      rows.add(value == null ? null : VectorFormat.decode(value, dimensions));
    }
    return rows;
  }

  /** For each id the live document alone, likewise; null where there is none. */
  List<@Nullable StoredDocument> documents(List<String> ids) throws RocksDBException {
    List<byte @Nullable []> values = read(documents, ids);
    List<@Nullable StoredDocument> found = new ArrayList<>(ids.size());
    for (int i = 0; i < values.size(); i++) {
      byte[] value = values.get(i);
      found.add(
          value == null || DocumentFormat.versionOf(value).isDelete()
              ? null
              : DocumentFormat.decode(ids.get(i), value));
    }
    return found;
  }

  private List<byte @Nullable []> read(ColumnFamilyHandle family, List<String> ids)
      throws RocksDBException {
    if (ids.isEmpty()) {
      return List.of();
    }
    List<byte[]> keys = ids.stream().map(VectorRecordCodec::key).toList();
    List<byte[]> values = read(rocks.readOptions(), family, keys);
    List<byte @Nullable []> certain = new ArrayList<>(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      certain.add(orRead(values.get(i), rocks.readOptions(), family, keys.get(i)));
    }
    return certain;
  }

  /** For each id its live document, all as of one moment; empty where there is none. */
  List<Optional<StoredVectors>> of(List<String> ids) throws RocksDBException {
    if (ids.isEmpty()) {
      return List.of();
    }
    List<byte[]> keys = ids.stream().map(VectorRecordCodec::key).toList();
    Snapshot snapshot = rocks.db().getSnapshot();
    try (ReadOptions options = new ReadOptions().setSnapshot(snapshot)) {
      List<byte[]> texts = read(options, documents, keys);
      List<byte[]> rows = read(options, vectors, keys);
      List<Optional<StoredVectors>> found = new ArrayList<>(ids.size());
      for (int i = 0; i < keys.size(); i++) {
        byte[] text = orRead(texts.get(i), options, documents, keys.get(i));
        if (text == null || DocumentFormat.versionOf(text).isDelete()) {
          found.add(Optional.empty());
        } else {
          byte[] row = orRead(rows.get(i), options, vectors, keys.get(i));
          found.add(Optional.of(paired(DocumentFormat.decode(ids.get(i), text), row)));
        }
      }
      return found;
    } finally {
      rocks.db().releaseSnapshot(snapshot);
    }
  }

  /**
   * One call for all of them: most of what a read of a cached block costs is the way to RocksDB.
   */
  private List<byte[]> read(ReadOptions options, ColumnFamilyHandle family, List<byte[]> keys)
      throws RocksDBException {
    return rocks.db().multiGetAsList(options, Collections.nCopies(keys.size(), family), keys);
  }

  /** Of many reads one that fails looks as if nothing were there; a single one says why. */
  private byte @Nullable [] orRead(
      byte @Nullable [] value, ReadOptions options, ColumnFamilyHandle family, byte[] key)
      throws RocksDBException {
    return value != null ? value : rocks.db().get(family, options, key);
  }

  /** Visits every live document, in the order of ids, as of one moment. */
  void scan(Consumer<StoredVectors> visitor) throws RocksDBException {
    try (ReadOptions options =
            new ReadOptions()
                .setFillCache(false)
                .setReadaheadSize(RocksResources.SCAN_READAHEAD_BYTES);
        RocksIterators both =
            new RocksIterators(rocks.db(), List.of(documents, vectors), options)) {
      RocksIterator document = both.get(0);
      RocksIterator vector = both.get(1);
      vector.seekToFirst();
      for (document.seekToFirst(); document.isValid(); document.next()) {
        byte[] value = document.value();
        if (DocumentFormat.versionOf(value).isDelete()) {
          continue;
        }
        byte[] key = document.key();
        String id = new String(key, StandardCharsets.UTF_8);
        if (!vector.isValid()) {
          vector.status(); // an iterator also ends where it cannot read on
        }
        boolean present = vector.isValid() && Arrays.equals(vector.key(), key);
        visitor.accept(paired(DocumentFormat.decode(id, value), present ? vector.value() : null));
        vector.next();
      }
      document.status();
      vector.status();
    }
  }

  private StoredVectors paired(StoredDocument document, byte @Nullable [] value) {
    if (value == null) {
      throw new StoreDamagedException(
          "Document %s of generation %d has no vectors in the store. %s"
              .formatted(document.id(), generation, StoreErrors.REBUILD_GENERATION));
    }
    return new StoredVectors(
        document, VectorFormat.decode(value, document.passages().size(), dimensions));
  }
}
