package dev.freshet.pipeline.store;

import java.util.List;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Iterators over several column families as of one moment, closed together. */
final class RocksIterators implements AutoCloseable {
  private final List<RocksIterator> iterators;

  RocksIterators(RocksDB db, List<ColumnFamilyHandle> families, ReadOptions options)
      throws RocksDBException {
    iterators = db.newIterators(families, options);
  }

  RocksIterator get(int family) {
    return iterators.get(family);
  }

  @Override
  public void close() {
    iterators.forEach(RocksIterator::close);
  }
}
