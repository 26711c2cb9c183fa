package dev.freshet.pipeline.store;

import dev.freshet.pipeline.config.StoreConfig;
import java.time.Duration;

/**
 * How much a store may use and how long it remembers deletes. Defaults and bounds are those of
 * {@link StoreConfig}. Immutable and thread-safe.
 *
 * @param blockCacheBytes bound of the cache of uncompressed blocks, indexes and filters
 * @param writeBufferBytes bound of what is held in memory before it is flushed, over all
 *     generations
 * @param deleteRetention how long a delete is remembered, by the record's timestamp; an upsert that
 *     is older than a delete but arrives later than this brings its document back
 */
public record StoreSettings(long blockCacheBytes, long writeBufferBytes, Duration deleteRetention) {

  public StoreSettings {
    // It checks: a store that is opened without a configuration has the same bounds.
    new StoreConfig(blockCacheBytes, writeBufferBytes, deleteRetention);
  }

  /** As configured. */
  public static StoreSettings of(StoreConfig config) {
    return new StoreSettings(
        config.blockCacheBytes(), config.writeBufferBytes(), config.deleteRetention());
  }

  /** What holds where nothing is configured. */
  public static StoreSettings defaults() {
    return of(StoreConfig.defaults());
  }
}
