package dev.freshet.pipeline.store;

import static dev.freshet.pipeline.store.Records.DIMENSIONS;
import static dev.freshet.pipeline.store.Records.upsert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

class VectorStoreFailureTest {
  private static final StoreSettings SETTINGS = StoreSettings.defaults();

  @TempDir private Path directory;

  @Test
  void saysThatTheDirectoryIsInUse() {
    try (VectorStore first = VectorStore.open(directory, SETTINGS)) {
      assertThat(first.directory()).isEqualTo(directory);
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> VectorStore.open(directory, SETTINGS))
          .withMessageContaining("is in use by another process")
          .withMessageContaining(directory.toString());
    }
    VectorStore.open(directory, SETTINGS).close();
  }

  @Test
  void saysThatTheFormatIsUnknownAndLeavesNothingOpen() throws Exception {
    VectorStore.open(directory, SETTINGS).close();
    for (int format : List.of(2, 9, 9)) {
      try (RocksDB db = RocksDB.open(directory.toString())) {
        db.put(MetaKeys.VERSION, MetaKeys.version(format));
      }
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> VectorStore.open(directory, SETTINGS))
          .withMessageContaining(
              "has format " + format + ", this build reads format " + StoreFormat.CURRENT)
          .withMessageContaining("freshet store rebuild");
    }
  }

  @Test
  void saysThatADatabaseIsNotAStore() throws Exception {
    RocksDB.loadLibrary();
    try (RocksDB db = RocksDB.open(directory.toString())) {
      db.put(new byte[] {1}, new byte[] {2});
    }
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> VectorStore.open(directory, SETTINGS))
        .withMessageContaining("is not a Freshet store");
  }

  @Test
  void saysThatADirectoryCannotBeMade() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> VectorStore.open(file.resolve("store"), SETTINGS))
        .withMessageContaining("cannot be made");
  }

  @Test
  void saysThatTheDatabaseIsDamaged() throws Exception {
    try (VectorStore store = VectorStore.open(directory, SETTINGS)) {
      store.createGeneration(1, DIMENSIONS);
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path manifest :
          files.filter(path -> path.getFileName().toString().startsWith("MANIFEST")).toList()) {
        Files.writeString(manifest, "not a manifest");
      }
    }
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> VectorStore.open(directory, SETTINGS))
        .withMessageContaining("is damaged")
        .withMessageContaining("filled again from the vectors topics");
  }

  @Test
  void saysWhatToDoWhenTheDiskIsFull() {
    RocksDBException full =
        new RocksDBException(
            "No space left on device",
            new Status(Status.Code.IOError, Status.SubCode.NoSpace, "No space left on device"));
    assertThat(StoreErrors.of(directory, "write", full))
        .hasMessageContaining("is full")
        .hasMessageContaining("Free space: the store goes on from its last write")
        .hasCause(full);
  }

  @Test
  void aGenerationHalfMadeOrHalfDroppedIsClearedAtOpen() throws Exception {
    try (VectorStore store = VectorStore.open(directory, SETTINGS)) {
      store.createGeneration(1, DIMENSIONS);
      store.apply(1, List.of(upsert(1, "a", 1, 1)), Map.of());
    }
    try (RocksResources rocks = RocksResources.open(directory, SETTINGS)) {
      rocks.family("documents.2").getName();
      rocks.db().delete(MetaKeys.generation(1));
    }
    try (VectorStore store = VectorStore.open(directory, SETTINGS)) {
      assertThat(store.generations()).isEmpty();
      store.createGeneration(1, DIMENSIONS);
      assertThat(store.document(1, "a")).isEmpty();
    }
  }

  @Test
  void everyUseAfterCloseIsRefused() {
    VectorStore store = VectorStore.open(directory, SETTINGS);
    store.createGeneration(1, DIMENSIONS);
    store.close();
    store.close();
    List<Runnable> uses =
        List.of(
            () -> store.apply(1, List.of(), Map.of()),
            () -> store.document(1, "a"),
            () -> store.vectors(1, "a"),
            () -> store.scan(1, visited -> {}),
            () -> store.offsets(1),
            () -> store.counts(1),
            store::purgeTombstones,
            () -> store.createGeneration(2, 1),
            () -> store.dropGeneration(1));
    for (Runnable use : uses) {
      assertThatIllegalStateException().isThrownBy(use::run).withMessageContaining("is closed");
    }
  }

  @Test
  void closingEndsAScanAndWaitsForIt() throws Exception {
    VectorStore store = VectorStore.open(directory, SETTINGS);
    store.createGeneration(1, DIMENSIONS);
    store.apply(1, List.of(upsert(1, "a", 1, 1), upsert(1, "b", 2, 1)), Map.of());
    CountDownLatch scanning = new CountDownLatch(1);
    CompletableFuture<Void> closing =
        CompletableFuture.runAsync(
            () -> {
              await(scanning);
              store.close();
            });
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                store.scan(
                    1,
                    visited -> {
                      scanning.countDown();
                      while (isOpen(store)) {
                        Thread.onSpinWait();
                      }
                    }))
        .withMessageContaining("is closed");
    closing.get(1, TimeUnit.MINUTES);
  }

  @Test
  void settingsNameTheLimitAndTheValue() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StoreSettings(5, 1 << 20, Duration.ZERO))
        .withMessage("blockCacheBytes must be from 1MiB to 1TiB, was 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StoreSettings(1 << 20, 0, Duration.ZERO))
        .withMessageContaining("writeBufferBytes must be from 1MiB to 1TiB, was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StoreSettings(1 << 20, 1 << 20, Duration.ofDays(-1)))
        .withMessageContaining("deleteRetention must be from 0");
  }

  private static boolean isOpen(VectorStore store) {
    try {
      store.counts(1);
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
