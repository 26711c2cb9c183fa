package dev.freshet.pipeline.store;

import dev.freshet.pipeline.config.AnnConfig;
import dev.freshet.pipeline.config.StoreConfig;
import java.time.Duration;

/**
 * How much a store may use and how long it remembers deletes. Defaults and bounds are those of
 * {@link StoreConfig}. Immutable and thread-safe.
 *
 * @param blockCacheBytes bound of the cache of uncompressed blocks, indexes and filters
 * @param writeBufferBytes bound of what is held in memory before it is flushed, over all
 *     generations
 * @param maxBytes most bytes of files, 0 for as many as the disk has
 * @param deleteRetention how long a delete is remembered, by the record's timestamp; an upsert that
 *     is older than a delete but arrives later than this brings its document back
 * @param ann the index of vectors that is made of what the store holds
 */
public record StoreSettings(
    long blockCacheBytes,
    long writeBufferBytes,
    long maxBytes,
    Duration deleteRetention,
    AnnConfig ann) {

  public StoreSettings {
    // It checks: a store that is opened without a configuration has the same bounds.
    new StoreConfig(blockCacheBytes, writeBufferBytes, maxBytes, deleteRetention, ann);
  }

  /** Without a bound of the files. */
  public StoreSettings(
      long blockCacheBytes, long writeBufferBytes, Duration deleteRetention, AnnConfig ann) {
    this(blockCacheBytes, writeBufferBytes, 0, deleteRetention, ann);
  }

  /** With the default index. */
  public StoreSettings(long blockCacheBytes, long writeBufferBytes, Duration deleteRetention) {
    this(blockCacheBytes, writeBufferBytes, deleteRetention, AnnConfig.defaults());
  }

  /** As configured. */
  public static StoreSettings of(StoreConfig config) {
    return new StoreSettings(
        config.blockCacheBytes(),
        config.writeBufferBytes(),
        config.maxBytes(),
        config.deleteRetention(),
        config.ann());
  }

  /** What holds where nothing is configured. */
  public static StoreSettings defaults() {
    return of(StoreConfig.defaults());
  }
}
