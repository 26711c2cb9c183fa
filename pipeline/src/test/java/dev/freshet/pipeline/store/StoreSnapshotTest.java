package dev.freshet.pipeline.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.freshet.pipeline.event.VectorRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreSnapshotTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Small buffers: snapshots also meet flushes and compactions. */
  private static final StoreSettings SETTINGS =
      new StoreSettings(1 << 20, 1 << 20, Duration.ofDays(36_500));

  private static final int IDS = 3_000;
  private static final int SNAPSHOTS = 8;

  @TempDir private Path folder;
  private VectorStore store;

  @BeforeEach
  void open() {
    store = VectorStore.open(folder.resolve("store"), SETTINGS);
    store.createGeneration(1, Records.DIMENSIONS);
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** What stands at an offset of the one partition. */
  private static VectorRecord record(long offset) {
    String id = "d" + offset * 7_919 % IDS;
    return offset % 5 == 0
        ? Records.delete(1, id, offset)
        : Records.upsert(1, id, offset, 1 + (int) (offset % 3));
  }

  private void write(long from, int records) {
    List<VectorRecord> batch = new ArrayList<>();
    for (long offset = from; offset < from + records; offset++) {
      batch.add(record(offset));
    }
    store.apply(1, batch, Map.of(0, from + records));
  }

  @Test
  void underConstantWritesEachIsWhatAReplayUpToItsOffsetsHolds() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong written = new AtomicLong();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Thread writer =
        new Thread(
            () -> {
              while (!over.get()) {
                int records = 1 + (int) (written.get() % 97);
                write(written.get(), records);
                written.addAndGet(records);
              }
            });
    writer.setUncaughtExceptionHandler((thread, e) -> failure.set(e));
    writer.start();
    long before = 0;
    try {
      for (int i = 0; i < SNAPSHOTS; i++) {
        long goal = before + 5_000;
        await().atMost(PATIENCE).until(() -> written.get() > goal || failure.get() != null);
        Path copy = folder.resolve("copy" + i);
        try (StoreSnapshot snapshot = store.snapshot().orElseThrow()) {
          long then = written.get();
          await().atMost(PATIENCE).until(() -> written.get() > then || failure.get() != null);
          assertThat(snapshot.generations()).containsExactly(1);
          StoreFiles.copy(snapshot.folder(), copy);
        }
        long read = checkReplay(copy);
        assertThat(read).isGreaterThan(before).isLessThanOrEqualTo(written.get());
        before = read;
      }
    } finally {
      over.set(true);
      writer.join();
    }
    assertThat(failure.get()).isNull();
    assertThat(store.offsets(1)).containsEntry(0, written.get());
  }

  /** Tells how far the copy has read. */
  private static long checkReplay(Path copy) {
    assertThat(new StoreVerifier(copy, (dimensions, parts) -> (id, posting) -> null).verify())
        .satisfies(report -> assertThat(report.isSound()).as("%s", report).isTrue());
    try (VectorStore opened = VectorStore.open(copy, SETTINGS)) {
      long end = opened.offsets(1).getOrDefault(0, 0L);
      Map<String, VectorRecord> replay = new HashMap<>();
      for (long offset = 0; offset < end; offset++) {
        replay.put(record(offset).id(), record(offset));
      }
      for (VectorRecord expected : replay.values()) {
        Optional<StoredVersion> version = opened.version(1, expected.id());
        assertThat(version.orElseThrow().position()).isEqualTo(expected.position());
        assertThat(opened.document(1, expected.id()).isPresent())
            .isEqualTo(expected instanceof VectorRecord.Upsert);
      }
      StoreCounts counts = opened.counts(1);
      assertThat(counts.documents() + counts.tombstones()).isEqualTo(replay.size());
      // It goes on from there.
      opened.apply(1, List.of(record(end)), Map.of(0, end + 1));
      return end;
    }
  }

  @Test
  void holdsWhatIsInMemoryAloneAndWhatIsDroppedMeanwhile() throws IOException {
    write(0, 10);
    Path copy = folder.resolve("copy");
    try (StoreSnapshot snapshot = store.snapshot().orElseThrow()) {
      store.dropGeneration(1);
      StoreFiles.copy(snapshot.folder(), copy);
      assertThat(snapshot.files())
          .isNotEmpty()
          .allSatisfy(
              file -> assertThat(copy.resolve(file.name())).isRegularFile().hasSize(file.bytes()));
    }
    assertThat(store.generations()).isEmpty();
    assertThat(checkReplay(copy)).isEqualTo(10);
  }

  @Test
  void thereIsOneAtATimeAndNothingIsLeftOfIt() throws IOException {
    write(0, 10);
    try (StoreSnapshot snapshot = store.snapshot().orElseThrow()) {
      assertThat(store.snapshot()).isEmpty();
      snapshot.close();
      try (StoreSnapshot next = store.snapshot().orElseThrow()) {
        snapshot.close(); // a second time: the next one stays
        assertThat(next.folder().resolve("CURRENT")).exists();
      }
    }
    assertThat(folder.resolve("store/snapshot")).doesNotExist();
  }

  @Test
  void whatACrashLeavesIsDeletedWhenTheStoreIsOpened() throws IOException {
    write(0, 10);
    StoreSnapshot left = store.snapshot().orElseThrow();
    store.close();
    assertThat(left.folder()).as("the test leaves one").exists();
    store = VectorStore.open(folder.resolve("store"), SETTINGS);
    assertThat(folder.resolve("store/snapshot")).doesNotExist();
    assertThat(store.counts(1).tombstones()).isEqualTo(2);
  }

  @Test
  void takesNoRoomForWhatTheStoreHasToo() throws IOException {
    write(0, 1_000);
    try (StoreSnapshot snapshot = store.snapshot().orElseThrow();
        Stream<Path> files = Files.list(snapshot.folder())) {
      List<Path> tables = files.filter(file -> file.toString().endsWith(".sst")).toList();
      assertThat(tables)
          .isNotEmpty()
          .allSatisfy(
              table ->
                  assertThat(
                          Files.isSameFile(
                              table, folder.resolve("store").resolve(table.getFileName())))
                      .isTrue());
    }
  }
}
