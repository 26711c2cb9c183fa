package dev.freshet.pipeline.config;

import java.time.Duration;

/**
 * RocksDB in a serve node: the one place of its defaults and bounds.
 *
 * @param blockCacheBytes memory for blocks read from disk, over all generations; 1 MiB to 1 TiB
 * @param writeBufferBytes memory for changes that are not on disk yet, likewise
 * @param deleteRetention how long the store remembers that a document was deleted; at most 36,500
 *     days
 * @param ann the index of vectors
 */
public record StoreConfig(
    long blockCacheBytes, long writeBufferBytes, Duration deleteRetention, AnnConfig ann) {

  public StoreConfig {
    Check.bytesBetween("blockCacheBytes", blockCacheBytes, 1L << 20, 1L << 40);
    Check.bytesBetween("writeBufferBytes", writeBufferBytes, 1L << 20, 1L << 40);
    Check.between("deleteRetention", deleteRetention, Duration.ZERO, Duration.ofDays(36_500));
  }

  /** For a few million documents on one machine. */
  public static StoreConfig defaults() {
    return new StoreConfig(256L << 20, 64L << 20, Duration.ofDays(7), AnnConfig.defaults());
  }
}
