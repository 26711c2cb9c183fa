package dev.freshet.pipeline.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * What one generation keeps of the vector index: a posting a document, written with the document,
 * and parts of the index itself, written together. What is in them only the index knows. Must be
 * used inside {@link GenerationStore#whileHeld}.
 */
final class StoredPostings {
  private final RocksResources rocks;
  private final int generation;
  private final ColumnFamilyHandle documents;
  private final ColumnFamilyHandle postings;

  StoredPostings(
      RocksResources rocks,
      int generation,
      ColumnFamilyHandle documents,
      ColumnFamilyHandle postings) {
    this.rocks = rocks;
    this.generation = generation;
    this.documents = documents;
    this.postings = postings;
  }

  /** Told of a document and its posting, null where it has none. */
  @FunctionalInterface
  interface Visitor {
    void visit(StoredDocument document, byte @Nullable [] posting);
  }

  /** Visits every live document, in the order of ids, as of one moment. */
  void scan(Visitor visitor) throws RocksDBException {
    try (ReadOptions options =
            new ReadOptions()
                .setFillCache(false)
                .setReadaheadSize(RocksResources.SCAN_READAHEAD_BYTES);
        RocksIterators both =
            new RocksIterators(rocks.db(), List.of(documents, postings), options)) {
      RocksIterator document = both.get(0);
      RocksIterator posting = both.get(1);
      posting.seekToFirst();
      byte[] postingKey = keyOf(posting);
      for (document.seekToFirst(); document.isValid(); document.next()) {
        byte[] key = document.key();
        while (postingKey != null && Arrays.compareUnsigned(postingKey, key) < 0) {
          posting.next();
          postingKey = keyOf(posting);
        }
        byte[] value = document.value();
        if (!DocumentFormat.headerOf(value).isTombstone()) {
          String id = new String(key, StandardCharsets.UTF_8);
          boolean present = Arrays.equals(postingKey, key);
          visitor.visit(DocumentFormat.decode(id, value), present ? posting.value() : null);
        }
      }
      document.status();
    }
  }

  /** Null after the last; damage ends an iterator like that, so it is asked at once. */
  private static byte @Nullable [] keyOf(RocksIterator at) throws RocksDBException {
    if (at.isValid()) {
      return at.key();
    }
    at.status();
    return null;
  }

  /**
   * Writes postings of documents that are there.
   *
   * @throws StoreFullException when there is no room
   */
  void put(List<byte[]> keys, List<byte[]> values) throws RocksDBException {
    rocks.room().require();
    try (WriteBatch write = new WriteBatch()) {
      for (int i = 0; i < keys.size(); i++) {
        write.put(postings, keys.get(i), values.get(i));
      }
      rocks.write(write);
    }
  }

  /** The parts of the index that were put last, in their order; none where there were none. */
  List<byte[]> indexParts() throws RocksDBException {
    byte[] prefix = MetaKeys.indexParts(generation);
    List<byte[]> parts = new ArrayList<>();
    try (RocksIterator keys = rocks.db().newIterator()) {
      for (keys.seek(prefix);
          keys.isValid() && MetaKeys.startsWith(keys.key(), prefix);
          keys.next()) {
        parts.add(keys.value());
      }
      keys.status();
    }
    return parts;
  }

  /**
   * Puts these parts in place of those that are there, all or nothing.
   *
   * @throws StoreFullException when there is no room
   */
  void putIndexParts(List<byte[]> parts) throws RocksDBException {
    rocks.room().require();
    byte[] prefix = MetaKeys.indexParts(generation);
    try (WriteBatch write = new WriteBatch()) {
      write.deleteRange(prefix, MetaKeys.after(prefix));
      for (int i = 0; i < parts.size(); i++) {
        write.put(MetaKeys.indexPart(generation, i), parts.get(i));
      }
      rocks.write(write);
    }
  }
}
