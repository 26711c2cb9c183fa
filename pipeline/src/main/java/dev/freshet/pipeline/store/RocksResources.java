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
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.Env;
import org.rocksdb.FlushOptions;
import org.rocksdb.HyperClockCache;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileManager;
import org.rocksdb.WriteBatch;
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

  /** Vectors are read a few at a time, from anywhere: little more than wanted is read with each. */
  private static final int VECTOR_BLOCK_BYTES = 2 << 10;

  private static final double FILTER_BITS = 10;

  /** Of a cache: entries are of any size, and its own says how many shards it has. */
  private static final long ENTRIES_VARY = 0;

  private static final int SHARDS_BY_SIZE = -1;

  /** Who reads all of a family reads so far ahead. */
  static final long SCAN_READAHEAD_BYTES = 2L << 20;

  private static final long MOST_ARENA_BYTES = 1 << 20;
  private static final int ARENAS_PER_BUFFER = 64;

  /** Of each family one for what is in memory: sixteen bits for half a kilobyte of it. */
  private static final int FILTERS_PER_BUFFER = 256;

  private static final List<String> BACKGROUND_WORK =
      List.of(
          "rocksdb.mem-table-flush-pending",
          "rocksdb.num-running-flushes",
          "rocksdb.compaction-pending",
          "rocksdb.num-running-compactions");

  /**
   * So many flushed files of a family are merged at a time, fewer where they are large; RocksDB's
   * own number is four. A million vectors are written again half as often, and the files' filters
   * keep lookups out of those that lack a key.
   */
  private static final int FLUSHED_FILES = 8;

  private static final int LOG_FILES = 4;
  private static final long LOG_FILE_BYTES = 4L << 20;

  private final Deque<AbstractImmutableNativeReference> owned = new ArrayDeque<>();
  private final Map<String, ColumnFamilyHandle> families = new HashMap<>();
  private final ColumnFamilyOptions documentOptions;
  private final ColumnFamilyOptions vectorOptions;
  private final SstFileManager files;
  private final Room room;
  private final RocksDB db;
  private final WriteOptions writeOptions;
  private final FlushOptions flushOptions;
  private final long writeBufferBytes;
  private final ReadOptions readOptions;

  static {
    RocksDB.loadLibrary();
  }

  private RocksResources(Path directory, StoreSettings settings, Access access)
      throws RocksDBException {
    try {
      // Who finds something there takes no lock, unlike in an LRU cache.
      Cache cache =
          own(new HyperClockCache(settings.blockCacheBytes(), ENTRIES_VARY, SHARDS_BY_SIZE, false));
      BloomFilter filter = own(new BloomFilter(FILTER_BITS));
      documentOptions =
          familyOptions(cache, filter, BLOCK_BYTES, settings, access)
              // What has just been written is merged, and compressed, soon.
              .setCompressionPerLevel(
                  List.of(CompressionType.NO_COMPRESSION, CompressionType.LZ4_COMPRESSION));
      // Components do not compress.
      vectorOptions =
          familyOptions(cache, filter, VECTOR_BLOCK_BYTES, settings, access)
              .setCompressionType(CompressionType.NO_COMPRESSION)
              // Nearly all lookups are of live documents, so one that gets to the last level finds
              // its key there: filters would tell it nothing.
              .setOptimizeFiltersForHits(true);
      files = own(new SstFileManager(Env.getDefault()));
      files.setMaxAllowedSpaceUsage(settings.maxBytes());
      room =
          new Room(
              directory,
              settings.maxBytes(),
              files::isMaxAllowedSpaceReached,
              directory.toFile()::getUsableSpace);
      DBOptions dbOptions =
          own(new DBOptions())
              .setCreateIfMissing(access == Access.WRITE)
              .setCreateMissingColumnFamilies(access == Access.WRITE)
              .setSstFileManager(files)
              // It begins to flush then, while others write on; see write.
              .setDbWriteBufferSize(settings.writeBufferBytes() / 2)
              .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
              .setMaxLogFileSize(LOG_FILE_BYTES)
              .setKeepLogFileNum(LOG_FILES);
      // The log is on but not synced: the records are in Kafka, and offsets are in the log in the
      // same write as the data. What a power failure takes, it takes off the end, offsets and all.
      writeOptions = own(new WriteOptions()).setSync(false);
      flushOptions = own(new FlushOptions()).setWaitForFlush(true);
      writeBufferBytes = settings.writeBufferBytes();
      readOptions = own(new ReadOptions());
      db = openDatabase(dbOptions, directory, access);
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  /**
   * @throws RocksDBException when the database cannot be opened; nothing stays open then
   */
  static RocksResources open(Path directory, StoreSettings settings) throws RocksDBException {
    return new RocksResources(directory, settings, Access.WRITE);
  }

  /**
   * As {@link #open}, of a database that is there; changes no file, and holds no lock.
   *
   * @throws RocksDBException when the database cannot be opened; nothing stays open then
   */
  static RocksResources openReadOnly(Path directory, StoreSettings settings)
      throws RocksDBException {
    return new RocksResources(directory, settings, Access.READ);
  }

  /**
   * As {@link #open}, and reads no file that nobody asks for: a damaged one that is merged in the
   * background would stop all writes.
   *
   * @throws RocksDBException when the database cannot be opened; nothing stays open then
   */
  static RocksResources openForRepair(Path directory, StoreSettings settings)
      throws RocksDBException {
    return new RocksResources(directory, settings, Access.REPAIR);
  }

  private enum Access {
    READ,
    WRITE,
    REPAIR
  }

  private ColumnFamilyOptions familyOptions(
      Cache cache, BloomFilter filter, int blockBytes, StoreSettings settings, Access access) {
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setBlockSize(blockBytes)
            // Indexes and filters in the cache, or the cache would not bound them.
            .setCacheIndexAndFilterBlocks(true)
            .setPinL0FilterAndIndexBlocksInCache(true)
            .setFilterPolicy(filter);
    ColumnFamilyOptions options = own(new ColumnFamilyOptions());
    double buffers = (double) settings.writeBufferBytes() / options.writeBufferSize();
    double filterShare = Math.min(1, buffers) / FILTERS_PER_BUFFER;
    return options
        .setTableFormatConfig(table)
        // Little of what is read was written just now: that is told without a search for it.
        .setMemtableWholeKeyFiltering(true)
        .setMemtablePrefixBloomSizeRatio(filterShare)
        // What one family takes at least, with its filter, however little is written to it.
        .setArenaBlockSize(
            Math.min(MOST_ARENA_BYTES, settings.writeBufferBytes() / ARENAS_PER_BUFFER))
        .setLevel0FileNumCompactionTrigger(FLUSHED_FILES)
        .setDisableAutoCompactions(access != Access.WRITE);
  }

  private RocksDB openDatabase(DBOptions dbOptions, Path directory, Access access)
      throws RocksDBException {
    List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
    for (String name : familyNames(directory)) {
      descriptors.add(descriptor(name));
    }
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    String path = directory.toString();
    RocksDB opened =
        own(
            access == Access.READ
                ? RocksDB.openReadOnly(dbOptions, path, descriptors, handles)
                : RocksDB.open(dbOptions, path, descriptors, handles));
    for (int i = 0; i < handles.size(); i++) {
      families.put(name(descriptors.get(i).getName()), handles.get(i));
    }
    return opened;
  }

  private static List<String> familyNames(Path directory) throws RocksDBException {
    try (Options options = new Options()) {
      List<String> names = new ArrayList<>();
      for (byte[] name : RocksDB.listColumnFamilies(options, directory.toString())) {
        names.add(name(name));
      }
      return names.isEmpty() ? List.of(name(RocksDB.DEFAULT_COLUMN_FAMILY)) : names;
    }
  }

  /** The name of a column family. */
  static String name(byte[] familyName) {
    return new String(familyName, StandardCharsets.UTF_8);
  }

  private ColumnFamilyDescriptor descriptor(String name) {
    return new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.UTF_8), options(name));
  }

  private ColumnFamilyOptions options(String name) {
    return name.startsWith(GenerationStore.VECTORS) ? vectorOptions : documentOptions;
  }

  /** Bounds the bytes of all files from now on; 0 for no bound but the disk's. */
  void limit(long maxBytes) {
    files.setMaxAllowedSpaceUsage(maxBytes);
  }

  /** For changes. */
  Room room() {
    return room;
  }

  RocksDB db() {
    return db;
  }

  WriteOptions writeOptions() {
    return writeOptions;
  }

  /**
   * Writes, and before that waits for a flush where more than {@code writeBufferBytes} are in
   * memory. RocksDB's own bound only makes it begin to flush: who writes faster than the disk takes
   * it would not be held back, and its stall would not end by an error that keeps it from flushing.
   *
   * @throws RocksDBException when nothing was written
   */
  void write(WriteBatch write) throws RocksDBException {
    if (unflushedBytes() > writeBufferBytes) {
      flush();
    }
    db.write(writeOptions, write);
  }

  /**
   * Writes into the default family, and into a file of it at once. Column families are: what must
   * be known before there are any must not be lost with the log, as by a power failure.
   */
  void putIntoFile(byte[] key, byte[] value) throws RocksDBException {
    db.put(writeOptions, key, value);
    db.flush(flushOptions);
  }

  /** Bytes of changes that are in memory, over all column families. */
  long unflushedBytes() throws RocksDBException {
    return db.getAggregatedLongProperty("rocksdb.size-all-mem-tables");
  }

  /** Whether nothing is flushed or compacted, nor due to be. */
  boolean isAtRest() throws RocksDBException {
    long work = 0;
    for (String property : BACKGROUND_WORK) {
      work += db.getAggregatedLongProperty(property);
    }
    return work == 0;
  }

  /** Synchronized: a family must not be dropped while it is flushed. */
  private synchronized void flush() throws RocksDBException {
    if (unflushedBytes() > writeBufferBytes) {
      db.flush(flushOptions, List.copyOf(families.values()));
    }
  }

  ReadOptions readOptions() {
    return readOptions;
  }

  /**
   * Makes a folder with the database as it is now: links to its files, and a copy of the end of its
   * log. What is in memory is flushed before.
   *
   * @param folder must not be there; its parent must
   */
  void checkpoint(Path folder) throws RocksDBException {
    try (Checkpoint checkpoint = Checkpoint.create(db)) {
      checkpoint.createCheckpoint(folder.toString());
    }
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
