package dev.freshet.pipeline.store;

import dev.freshet.pipeline.event.VectorRecordCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
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
   * For each id its live document, all as of one moment; empty where there is none, or its vectors
   * were not chosen.
   */
  List<Optional<StoredVectors>> of(List<String> ids, VectorChoice choice) throws RocksDBException {
    if (ids.isEmpty()) {
      return List.of();
    }
    List<byte[]> keys = ids.stream().map(VectorRecordCodec::key).toList();
    Snapshot snapshot = rocks.db().getSnapshot();
    try (ReadOptions options = new ReadOptions().setSnapshot(snapshot)) {
      List<byte @Nullable []> rows = read(options, vectors, keys);
      int[] chosen = chosen(rows, choice);
      List<byte @Nullable []> texts =
          read(options, documents, Arrays.stream(chosen).mapToObj(keys::get).toList());
      List<Optional<StoredVectors>> found =
          new ArrayList<>(Collections.nCopies(ids.size(), Optional.empty()));
      for (int i = 0; i < chosen.length; i++) {
        byte[] text = texts.get(i);
        if (text != null && !DocumentFormat.headerOf(text).isTombstone()) {
          StoredDocument document = DocumentFormat.decode(ids.get(chosen[i]), text);
          found.set(chosen[i], Optional.of(paired(document, rows.get(chosen[i]))));
        }
      }
      return found;
    } finally {
      rocks.db().releaseSnapshot(snapshot);
    }
  }

  /** Where there are no vectors, the text tells whether there should be. */
  private int[] chosen(List<byte @Nullable []> rows, VectorChoice choice) {
    List<float @Nullable [][]> decoded = new ArrayList<>(rows.size());
    BitSet missing = new BitSet();
    for (int i = 0; i < rows.size(); i++) {
      byte[] row = rows.get(i);
      decoded.add(row == null ? null : VectorFormat.decode(row, dimensions));
      missing.set(i, row == null);
    }
    missing.or(choice.of(Collections.unmodifiableList(decoded)));
    return missing.stream().toArray();
  }

  /**
   * One call for all of them: most of what a read of a cached block costs is the way to RocksDB. Of
   * many reads one that fails looks as if nothing were there; a single one says why.
   */
  private List<byte @Nullable []> read(
      ReadOptions options, ColumnFamilyHandle family, List<byte[]> keys) throws RocksDBException {
    List<byte @Nullable []> values =
        new ArrayList<>(
            rocks.db().multiGetAsList(options, Collections.nCopies(keys.size(), family), keys));
    for (int i = 0; i < keys.size(); i++) {
      if (values.get(i) == null) {
        values.set(i, rocks.db().get(family, options, keys.get(i)));
      }
    }
    return values;
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
        if (DocumentFormat.headerOf(value).isTombstone()) {
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
