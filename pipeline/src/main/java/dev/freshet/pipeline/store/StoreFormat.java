package dev.freshet.pipeline.store;

import java.nio.file.Path;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** The version of what is in a store's directory. */
final class StoreFormat {
  static final int CURRENT = 2;

  /** Knows no postings: what it lacks is made when a generation is opened. */
  private static final int WITHOUT_POSTINGS = 1;

  private StoreFormat() {}

  /**
   * Writes the version into an empty database, and raises that of an older one: from here on builds
   * that do not keep postings in step must not write.
   *
   * @throws StoreException when the database is of another format, or none of ours
   */
  static void check(RocksResources rocks, Path directory) throws RocksDBException {
    byte[] version = rocks.db().get(MetaKeys.VERSION);
    if (version == null) {
      checkEmpty(rocks, directory);
    } else if (MetaKeys.version(version) == CURRENT) {
      return;
    } else if (MetaKeys.version(version) != WITHOUT_POSTINGS) {
      throw unknown(directory, MetaKeys.version(version));
    }
    rocks.putIntoFile(MetaKeys.VERSION, MetaKeys.version(CURRENT));
  }

  /**
   * As {@link #check}, and writes nothing.
   *
   * @throws StoreException when the database is of another format, or none of ours
   */
  static void requireCurrent(RocksResources rocks, Path directory) throws RocksDBException {
    byte[] version = rocks.db().get(MetaKeys.VERSION);
    if (version == null) {
      checkEmpty(rocks, directory);
    } else if (MetaKeys.version(version) == WITHOUT_POSTINGS) {
      throw new StoreException(
          "The store %s has format %d. Start this build once: it brings it to format %d."
              .formatted(directory, WITHOUT_POSTINGS, CURRENT));
    } else if (MetaKeys.version(version) != CURRENT) {
      throw unknown(directory, MetaKeys.version(version));
    }
  }

  private static StoreException unknown(Path directory, int version) {
    return new StoreException(
        "The store %s has format %d, this build reads format %d. Use the build that wrote it, or %s."
            .formatted(directory, version, CURRENT, StoreErrors.REBUILD));
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
