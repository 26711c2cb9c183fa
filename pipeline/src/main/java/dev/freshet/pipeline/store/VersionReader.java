package dev.freshet.pipeline.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ByteBufferGetStatus;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/**
 * What is known of the documents of a batch, in one call: most of what a read of a cached block
 * costs is the way to RocksDB, and of a document no more is copied than its header. One thread at a
 * time.
 */
final class VersionReader {
  private final RocksResources rocks;
  private final ColumnFamilyHandle documents;

  /** Grown to the largest batch that there has been, as the other is. */
  private ByteBuffer keyBytes = ByteBuffer.allocateDirect(0);

  /** Slices of one buffer. */
  private List<ByteBuffer> values = List.of();

  VersionReader(RocksResources rocks, ColumnFamilyHandle documents) {
    this.rocks = rocks;
    this.documents = documents;
  }

  /** For each key its newest version, a delete too; null for one never seen. */
  List<@Nullable StoredVersion> of(List<byte[]> keys) throws RocksDBException {
    if (keys.isEmpty()) {
      return List.of();
    }
    if (values.size() < keys.size()) {
      values = slices(keys.size());
    }
    List<ByteBufferGetStatus> found =
        rocks
            .db()
            .multiGetByteBuffers(
                rocks.readOptions(),
                List.of(documents),
                direct(keys),
                values.subList(0, keys.size()));
    List<@Nullable StoredVersion> versions = new ArrayList<>(keys.size());
    for (ByteBufferGetStatus one : found) {
      versions.add(version(one));
    }
    return versions;
  }

  private static List<ByteBuffer> slices(int count) {
    ByteBuffer all = ByteBuffer.allocateDirect(count * DocumentFormat.HEADER);
    return IntStream.range(0, count)
        .mapToObj(i -> all.slice(i * DocumentFormat.HEADER, DocumentFormat.HEADER))
        .toList();
  }

  private List<ByteBuffer> direct(List<byte[]> keys) {
    int size = keys.stream().mapToInt(key -> key.length).sum();
    if (size > keyBytes.capacity()) {
      keyBytes = ByteBuffer.allocateDirect(size);
    }
    keyBytes.clear();
    List<ByteBuffer> parts = new ArrayList<>(keys.size());
    for (byte[] key : keys) {
      parts.add(keyBytes.slice(keyBytes.position(), key.length));
      keyBytes.put(key);
    }
    return parts;
  }

  private static @Nullable StoredVersion version(ByteBufferGetStatus found)
      throws RocksDBException {
    if (found.status.getCode() == Status.Code.NotFound) {
      return null;
    }
    if (found.status.getCode() != Status.Code.Ok) {
      throw new RocksDBException(found.status);
    }
    return DocumentFormat.versionOf(found.value);
  }
}
