package dev.freshet.pipeline.store;

import static dev.freshet.pipeline.store.Records.DIMENSIONS;
import static dev.freshet.pipeline.store.Records.DOCUMENTS;
import static dev.freshet.pipeline.store.Records.fill;
import static dev.freshet.pipeline.store.Records.upsert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/** Disks and stores that are full: nothing is lost, and what waits goes on when there is room. */
class StoreFullTest {
  private static final StoreSettings SETTINGS = StoreSettings.defaults();
  private static final PostingCheck.Factory NO_POSTINGS =
      (dimensions, parts) -> (vectors, posting) -> null;

  @TempDir private Path directory;

  private StoreReport verify() {
    return new StoreVerifier(directory, NO_POSTINGS).verify();
  }

  @Test
  void aStoreThatIsFullGoesOnByItselfWhenThereIsRoom() throws Exception {
    StoreSettings small =
        new StoreSettings(1 << 20, 1 << 20, 2 << 20, Duration.ofDays(7), SETTINGS.ann());
    Random random = new Random(42);
    try (RocksResources rocks = RocksResources.open(directory, small)) {
      StoreFormat.check(rocks, directory);
      GenerationStore store = GenerationStore.create(rocks, 1, DIMENSIONS);
      long next = 0;
      StoreFullException full = null;
      while (full == null && next < 10_000) {
        full = tryToWrite(store, random, next);
        next += full == null ? 1 : 0;
      }
      assertThat(full)
          .hasMessageContaining("store.maxBytes")
          .hasMessageContaining("Raise it and restart");
      assertThat(store.offsets()).containsEntry(0, next);
      assertThat(store.document("d" + (next - 1))).isPresent();
      assertThat(store.document("d" + next)).isEmpty();
      assertThat(store.counts().documents()).isEqualTo(next);

      // RocksDB itself has stopped too, by the error that a full disk leaves.
      rocks.limit(1 << 30);
      long failed = next;
      await().atMost(Duration.ofSeconds(60)).until(() -> tryToWrite(store, random, failed) == null);
      for (next = failed + 1; next < failed + 500; next++) {
        assertThat(tryToWrite(store, random, next)).isNull();
      }
      assertThat(store.offsets()).containsEntry(0, next);
      assertThat(store.counts().documents()).isEqualTo(next);
    }
    assertThat(verify().isSound()).isTrue();
  }

  /** Writes a document of 64 KiB and its offset; what kept it from being written, or null. */
  private static @Nullable StoreFullException tryToWrite(
      GenerationStore store, Random random, long offset) throws RocksDBException {
    byte[] payload = new byte[64 << 10];
    random.nextBytes(payload);
    VectorRecord record =
        new VectorRecord.Upsert(
            "d" + offset,
            1,
            new Position(0, offset),
            offset,
            payload,
            List.of(new PassageVector(0, 1, new float[] {offset, 1, 2})));
    try {
      store.apply(
          List.of(record),
          Map.of(0, offset + 1),
          (upsert, vectors) -> PostingEncoder.NONE,
          LiveVersions.UNKNOWN);
      return null;
    } catch (StoreFullException e) {
      return e;
    } catch (RocksDBException e) {
      if (StoreErrors.of(Path.of("store"), "write", e) instanceof StoreFullException full) {
        return full;
      }
      throw e;
    }
  }

  /** A full disk ends RocksDB's log for good, in the middle of what else is going on. */
  @Test
  void afterAFullDiskTheStoreIsOpenedAnewUnderItsReaders() throws Exception {
    try (VectorStore store = VectorStore.open(directory, SETTINGS)) {
      fill(store, 1);
      AtomicBoolean isDone = new AtomicBoolean();
      CompletableFuture<Integer> readers =
          CompletableFuture.supplyAsync(
              () -> {
                int reads = 0;
                while (!isDone.get()) {
                  assertThat(store.vectors(1, "d" + reads++ % 7)).isPresent();
                  store.scan(1, each -> assertThat(each.vectors()).isNotEmpty());
                }
                return reads;
              });
      for (int i = 1; i <= 5; i++) {
        long offset = DOCUMENTS + i;
        store.stopped();
        VectorRecord added = upsert(1, "new" + i, offset, 1);
        // A scan that takes long keeps it from being opened anew.
        await()
            .ignoreException(StoreFullException.class)
            .until(() -> store.apply(1, List.of(added), Map.of(0, offset)).size() == 1);
        assertThat(store.counts(1).documents()).isEqualTo(DOCUMENTS - 1 + i);
        assertThat(store.offsets(1)).containsEntry(0, offset);
      }
      isDone.set(true);
      assertThat(readers.get(1, TimeUnit.MINUTES)).isPositive();
    }
    assertThat(verify().isSound()).isTrue();
  }

  /** Searches that begin meanwhile would wait for that scan, too. */
  @Test
  void aStoreIsNotOpenedAnewWhileAScanTakesLong() throws Exception {
    try (VectorStore store = VectorStore.open(directory, SETTINGS)) {
      fill(store, 1);
      CountDownLatch begun = new CountDownLatch(1);
      CountDownLatch over = new CountDownLatch(1);
      CompletableFuture<Void> scan =
          CompletableFuture.runAsync(
              () ->
                  store.scan(
                      1,
                      each -> {
                        begun.countDown();
                        try {
                          over.await();
                        } catch (InterruptedException e) {
                          throw new IllegalStateException(e);
                        }
                      }));
      begun.await();
      store.stopped();
      VectorRecord added = upsert(1, "new", DOCUMENTS + 1, 1);
      assertThatExceptionOfType(StoreFullException.class)
          .isThrownBy(() -> store.apply(1, List.of(added), Map.of()))
          .withMessageContaining("as soon as nothing reads it for long");
      assertThat(store.vectors(1, "d0")).isPresent();
      over.countDown();
      scan.get(1, TimeUnit.MINUTES);
      assertThat(store.apply(1, List.of(added), Map.of())).hasSize(1);
    }
  }

  @Test
  void changesAreRefusedBeforeTheDiskIsFull() {
    long[] free = {Room.LEAST_FREE_BYTES};
    Room room = new Room(directory, 0, () -> false, () -> free[0]);
    assertThatCode(room::require).doesNotThrowAnyException();
    free[0]--;
    assertThatExceptionOfType(StoreFullException.class)
        .isThrownBy(room::require)
        .withMessageContaining("has 127 MiB left, at least 128 are needed to write");
    free[0] = Room.LEAST_FREE_BYTES + 9;
    assertThatCode(() -> room.requireToOpen(9)).doesNotThrowAnyException();
    assertThatExceptionOfType(StoreFullException.class)
        .isThrownBy(() -> room.requireToOpen(64 << 20))
        .withMessageContaining("has 128 MiB left, at least 192 are needed to open it");
    free[0] = Long.MAX_VALUE;
    assertThatCode(room::require).doesNotThrowAnyException();
  }
}
