package dev.freshet.pipeline.store;

import dev.freshet.pipeline.event.VectorRecordCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * What one generation keeps of the vector index: a posting a document, in the document's value, and
 * parts of the index itself, written together. What is in them only the index knows. Must be used
 * inside {@link GenerationStore#whileHeld}.
 */
final class StoredPostings {
  private final RocksResources rocks;
  private final int generation;
  private final ColumnFamilyHandle documents;

  StoredPostings(RocksResources rocks, int generation, ColumnFamilyHandle documents) {
    this.rocks = rocks;
    this.generation = generation;
    this.documents = documents;
  }

  /** Visits every live document, in the order of ids, as of one moment. */
  void scan(IndexStorage.Visitor visitor) throws RocksDBException {
    try (ReadOptions options =
            new ReadOptions()
                .setFillCache(false)
                .setReadaheadSize(RocksResources.SCAN_READAHEAD_BYTES);
        RocksIterator all = rocks.db().newIterator(documents, options)) {
      for (all.seekToFirst(); all.isValid(); all.next()) {
        byte[] value = all.value();
        if (!DocumentFormat.versionOf(value).isDelete()) {
          String id = new String(all.key(), StandardCharsets.UTF_8);
          byte[] posting = DocumentFormat.postingOf(value);
          visitor.visit(DocumentFormat.decode(id, value), posting.length == 0 ? null : posting);
        }
      }
      all.status();
    }
  }

  /**
   * Writes documents as they are there, with these postings.
   *
   * @throws StoreFullException when there is no room
   */
  void put(List<StoredDocument> there, List<byte[]> postings) throws RocksDBException {
    rocks.room().require();
    try (WriteBatch write = new WriteBatch()) {
      for (int i = 0; i < there.size(); i++) {
        write.put(
            documents,
            VectorRecordCodec.key(there.get(i).id()),
            DocumentFormat.encode(there.get(i), postings.get(i)));
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
