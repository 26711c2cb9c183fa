package dev.freshet.pipeline.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rocksdb.AbstractImmutableNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/**
 * The one owner of the store's native handles.
 *
 * <p>Closing order: column family handles, then the database, then what it was opened with (the
 * options, the filter, the cache), each in the reverse order of its making. A handle that is used
 * after its owner is closed crashes the process; {@link VectorStore} keeps callers out before it
 * closes this.
 */
final class RocksResources implements AutoCloseable {
  private static final int BLOCK_BYTES = 16 << 10;
  private static final double FILTER_BITS = 10;
  private static final int LOG_FILES = 4;
  private static final long LOG_FILE_BYTES = 4L << 20;

  private final Deque<AbstractImmutableNativeReference> owned = new ArrayDeque<>();
  private final Map<String, ColumnFamilyHandle> families = new HashMap<>();
  private final ColumnFamilyOptions documentOptions;
  private final ColumnFamilyOptions vectorOptions;
  private final RocksDB db;
  private final WriteOptions writeOptions;
  private final ReadOptions readOptions;

  static {
    RocksDB.loadLibrary();
  }

  private RocksResources(Path directory, StoreSettings settings) throws RocksDBException {
    try {
      Cache cache = own(new LRUCache(settings.blockCacheBytes()));
      BloomFilter filter = own(new BloomFilter(FILTER_BITS));
      documentOptions =
          familyOptions(cache, filter).setCompressionType(CompressionType.LZ4_COMPRESSION);
      // Floats do not compress.
      vectorOptions =
          familyOptions(cache, filter).setCompressionType(CompressionType.NO_COMPRESSION);
      DBOptions dbOptions =
          own(new DBOptions())
              .setCreateIfMissing(true)
              .setCreateMissingColumnFamilies(true)
              .setDbWriteBufferSize(settings.writeBufferBytes())
              .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
              .setMaxLogFileSize(LOG_FILE_BYTES)
              .setKeepLogFileNum(LOG_FILES);
      // The log is on but not synced: the records are in Kafka, and offsets are in the log in the
      // same write as the data. What a power failure takes, it takes off the end, offsets and all.
      writeOptions = own(new WriteOptions()).setSync(false);
      readOptions = own(new ReadOptions());
      db = openDatabase(dbOptions, directory);
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  /**
   * @throws RocksDBException when the database cannot be opened; nothing stays open then
   */
  static RocksResources open(Path directory, StoreSettings settings) throws RocksDBException {
    return new RocksResources(directory, settings);
  }

  private ColumnFamilyOptions familyOptions(Cache cache, BloomFilter filter) {
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setBlockSize(BLOCK_BYTES)
            // Indexes and filters in the cache, or the cache would not bound them.
            .setCacheIndexAndFilterBlocks(true)
            .setPinL0FilterAndIndexBlocksInCache(true)
            .setFilterPolicy(filter);
    return own(new ColumnFamilyOptions()).setTableFormatConfig(table);
  }

  private RocksDB openDatabase(DBOptions dbOptions, Path directory) throws RocksDBException {
    List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
    for (String name : familyNames(directory)) {
      descriptors.add(descriptor(name));
    }
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    RocksDB opened = own(RocksDB.open(dbOptions, directory.toString(), descriptors, handles));
    for (int i = 0; i < handles.size(); i++) {
      String name = new String(descriptors.get(i).getName(), StandardCharsets.UTF_8);
      families.put(name, handles.get(i));
    }
    return opened;
  }

  private static List<String> familyNames(Path directory) throws RocksDBException {
    try (Options options = new Options()) {
      List<String> names = new ArrayList<>();
      for (byte[] name : RocksDB.listColumnFamilies(options, directory.toString())) {
        names.add(new String(name, StandardCharsets.UTF_8));
      }
      return names.isEmpty()
          ? List.of(new String(RocksDB.DEFAULT_COLUMN_FAMILY, StandardCharsets.UTF_8))
          : names;
    }
  }

  private ColumnFamilyDescriptor descriptor(String name) {
    return new ColumnFamilyDescriptor(
        name.getBytes(StandardCharsets.UTF_8),
        name.startsWith(GenerationStore.VECTORS) || name.startsWith(GenerationStore.POSTINGS)
            ? vectorOptions
            : documentOptions);
  }

  RocksDB db() {
    return db;
  }

  WriteOptions writeOptions() {
    return writeOptions;
  }

  ReadOptions readOptions() {
    return readOptions;
  }

  /** Names of the column families, the default one included. */
  synchronized List<String> families() {
    return List.copyOf(families.keySet());
  }

  /** The column family of this name, made where there is none. */
  synchronized ColumnFamilyHandle family(String name) throws RocksDBException {
    ColumnFamilyHandle existing = families.get(name);
    if (existing != null) {
      return existing;
    }
    ColumnFamilyHandle made = db.createColumnFamily(descriptor(name));
    families.put(name, made);
    return made;
  }

  /** Drops a column family with all that it holds; without effect where there is none. */
  synchronized void dropFamily(String name) throws RocksDBException {
    ColumnFamilyHandle handle = families.get(name);
    if (handle != null) {
      db.dropColumnFamily(handle);
      families.remove(name);
      handle.close();
    }
  }

  private <T extends AbstractImmutableNativeReference> T own(T handle) {
    owned.push(handle);
    return handle;
  }

  @Override
  public synchronized void close() {
    families.values().forEach(ColumnFamilyHandle::close);
    families.clear();
    while (!owned.isEmpty()) {
      owned.pop().close();
    }
  }
}
