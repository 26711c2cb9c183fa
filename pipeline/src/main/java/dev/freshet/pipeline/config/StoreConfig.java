package dev.freshet.pipeline.config;

import java.time.Duration;

/**
 * RocksDB in a serve node: the one place of its defaults and bounds.
 *
 * @param blockCacheBytes memory for blocks read from disk, their indexes and filters among them,
 *     over all generations; 1 MiB to 1 TiB
 * @param writeBufferBytes memory for changes that are not on disk yet, likewise; a write waits
 *     where there are more
 * @param maxBytes most bytes of RocksDB's files on disk, its log left out: beyond, no change is
 *     taken until there is room; 0 for as many as the disk has, at most 1 PiB
 * @param deleteRetention how long the store remembers that a document was deleted; at most 36,500
 *     days
 * @param ann the index of vectors
 */
public record StoreConfig(
    long blockCacheBytes,
    long writeBufferBytes,
    long maxBytes,
    Duration deleteRetention,
    AnnConfig ann) {

  public StoreConfig {
    Check.bytesBetween("blockCacheBytes", blockCacheBytes, 1L << 20, 1L << 40);
    Check.bytesBetween("writeBufferBytes", writeBufferBytes, 1L << 20, 1L << 40);
    Check.bytesBetween("maxBytes", maxBytes, 0, 1L << 50);
    Check.between("deleteRetention", deleteRetention, Duration.ZERO, Duration.ofDays(36_500));
  }

  /** For a few million documents on one machine. */
  public static StoreConfig defaults() {
    return new StoreConfig(256L << 20, 64L << 20, 0, Duration.ofDays(7), AnnConfig.defaults());
  }
}
