package dev.freshet.pipeline.replica;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.freshet.pipeline.store.StoreSnapshot;
import java.io.IOException;
import java.util.List;

/**
 * What is in a snapshot that travels: JSON {@code {"version": 1, "lineage": {...}, "files":
 * [{"name", "bytes"}, ...]}}. Immutable and thread-safe.
 *
 * @param version of the archive, {@link #VERSION}
 * @param lineage what it was filled from
 * @param files all of them: a stream that ends before the last one is cut off
 */
record SnapshotManifest(int version, Lineage lineage, List<StoreSnapshot.File> files) {
  static final int VERSION = 1;

  /** What RocksDB calls its files; nothing that leads out of a folder. */
  private static final String FILE_NAME = "[A-Za-z0-9_-]+(\\.[A-Za-z0-9]+)?";

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  SnapshotManifest {
    files = List.copyOf(files);
  }

  static SnapshotManifest of(StoreSnapshot snapshot, Lineage lineage) {
    return new SnapshotManifest(VERSION, lineage.only(snapshot.generations()), snapshot.files());
  }

  byte[] toJson() {
    try {
      return MAPPER.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a manifest cannot be written", e);
    }
  }

  /**
   * @throws IOException when it is none, or of another version
   */
  static SnapshotManifest of(byte[] json) throws IOException {
    JsonNode read = MAPPER.readTree(json);
    int version = read.path("version").asInt();
    if (version != VERSION) {
      throw new IOException(
          "it has version %d, this build reads version %d".formatted(version, VERSION));
    }
    SnapshotManifest manifest = MAPPER.treeToValue(read, SnapshotManifest.class);
    for (StoreSnapshot.File file : manifest.files) {
      if (!file.name().matches(FILE_NAME) || file.bytes() < 0) {
        throw new IOException("its manifest names a file '%s'".formatted(file.name()));
      }
    }
    return manifest;
  }

  /** Of all files. */
  long bytes() {
    return files.stream().mapToLong(StoreSnapshot.File::bytes).sum();
  }
}
