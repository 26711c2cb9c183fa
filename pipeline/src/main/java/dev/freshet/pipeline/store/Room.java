package dev.freshet.pipeline.store;

import dev.freshet.pipeline.config.StoreConfig;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Refuses changes before the disk is full: in the middle of a write RocksDB, Lucene and a broker on
 * the same disk would fail, each in its own way. Thread-safe.
 */
final class Room {
  /** Below this no change is taken; what is under way still ends. */
  static final long LEAST_FREE_BYTES = 128L << 20;

  private final Path directory;
  private final long maxBytes;
  private final BooleanSupplier isMaxReached;
  private final LongSupplier freeBytes;

  /**
   * @param maxBytes see {@link StoreConfig#maxBytes}
   * @param isMaxReached whether the store's files take as much
   * @param freeBytes of the disk
   */
  Room(Path directory, long maxBytes, BooleanSupplier isMaxReached, LongSupplier freeBytes) {
    this.directory = directory;
    this.maxBytes = maxBytes;
    this.isMaxReached = isMaxReached;
    this.freeBytes = freeBytes;
  }

  /**
   * @throws StoreFullException when there is no room for a change
   */
  void require() {
    if (isMaxReached.getAsBoolean()) {
      throw new StoreFullException(
          "The store %s takes as many bytes as it may: store.maxBytes is %d. Raise it and restart, or let a generation be retired."
              .formatted(directory, maxBytes));
    }
    requireFree(LEAST_FREE_BYTES, "write");
  }

  /**
   * @param writeBufferBytes what may be in the log alone, and is written to files when it is read
   * @throws StoreFullException when there is no room to open the store
   */
  void requireToOpen(long writeBufferBytes) {
    requireFree(LEAST_FREE_BYTES + writeBufferBytes, "open it");
  }

  private void requireFree(long needed, String action) {
    long free = freeBytes.getAsLong();
    if (free < needed) {
      throw new StoreFullException(
          "The disk that holds the store %s has %,d MiB left, at least %,d are needed to %s. Free space: the store goes on from its last write."
              .formatted(directory, free >> 20, needed >> 20, action));
    }
  }
}
