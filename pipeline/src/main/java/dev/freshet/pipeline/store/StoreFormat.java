package dev.freshet.pipeline.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * The version of what is in a store's directory: of each value, and of how postings are made, which
 * nobody can tell of one.
 */
final class StoreFormat {
  static final int CURRENT = 5;

  private StoreFormat() {}

  /**
   * Writes the version into an empty database.
   *
   * @throws StoreException when the database is of another format, or none of ours
   */
  static void check(RocksResources rocks, Path directory) throws RocksDBException {
    byte[] version = rocks.db().get(MetaKeys.VERSION);
    requireCurrent(version, rocks, directory);
    if (version == null) {
      rocks.putIntoFile(MetaKeys.VERSION, MetaKeys.version(CURRENT));
    }
  }

  /**
   * As {@link #check}, and writes nothing.
   *
   * @throws StoreException when the database is of another format, or none of ours
   */
  static void requireCurrent(RocksResources rocks, Path directory) throws RocksDBException {
    requireCurrent(rocks.db().get(MetaKeys.VERSION), rocks, directory);
  }

  private static void requireCurrent(
      byte @Nullable [] version, RocksResources rocks, Path directory) throws RocksDBException {
    if (version == null) {
      checkEmpty(rocks, directory);
    } else if (MetaKeys.version(version) != CURRENT) {
      throw new StoreException(
          "The store %s has format %d, this build reads format %d. Use the build that wrote it, or %s."
              .formatted(directory, MetaKeys.version(version), CURRENT, StoreErrors.REBUILD));
    }
  }

  private static void checkEmpty(RocksResources rocks, Path directory) throws RocksDBException {
    try (RocksIterator all = rocks.db().newIterator()) {
      all.seekToFirst();
      all.status();
      if (all.isValid() || rocks.families().size() > 1) {
        throw new StoreException(
            "%s holds a RocksDB database that is not a Freshet store. Use another directory."
                .formatted(directory));
      }
    }
  }
}
