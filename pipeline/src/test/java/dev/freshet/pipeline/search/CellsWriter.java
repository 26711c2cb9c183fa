package dev.freshet.pipeline.search;

import dev.freshet.pipeline.config.AnnConfig;
import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.store.StoreSettings;
import dev.freshet.pipeline.store.VectorStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * The process that is killed: goes on with a seeded log where the store says, prints the offset
 * after every write that came back, and halts itself at the moment that it is told.
 */
final class CellsWriter {
  static final int GENERATION = 1;
  static final int DIMENSIONS = 16;

  private static final int IDS = 1_500;
  private static final int LARGEST_BATCH = 64;

  private CellsWriter() {}

  /** Cells early, small ones, all of which are looked at; buffers so small that it flushes. */
  static StoreSettings settings() {
    return new StoreSettings(
        1 << 20, 1 << 20, Duration.ofDays(36_500), new AnnConfig(1_000, 32, 1));
  }

  /** A change of the log: two thirds write one of {@link #IDS} documents, the others delete one. */
  static VectorRecord record(long seed, long offset) {
    Random random = new Random(seed + offset * 0x9e37_79b9_7f4a_7c15L);
    String id = "d" + random.nextInt(IDS);
    Position position = new Position(0, offset);
    if (random.nextInt(3) == 0) {
      return new VectorRecord.Delete(id, GENERATION, position, offset);
    }
    List<PassageVector> passages = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      float[] vector = new float[DIMENSIONS];
      for (int d = 0; d < DIMENSIONS; d++) {
        vector[d] = (float) random.nextGaussian();
      }
      passages.add(new PassageVector(0, 4, vector));
    }
    byte[] payload = (offset + "|text of " + id).getBytes(StandardCharsets.UTF_8);
    return new VectorRecord.Upsert(id, GENERATION, position, offset, payload, passages);
  }

  /**
   * Arguments: directory, seed of the log, seed of the batches, writes to come back before it halts
   * (0 for none: it counts from the start), microseconds after that.
   */
  public static void main(String[] args) {
    long seed = Long.parseLong(args[1]);
    Random random = new Random(Long.parseLong(args[2]));
    CountDownLatch writes = new CountDownLatch(Integer.parseInt(args[3]));
    haltAfter(writes, Long.parseLong(args[4]) * 1_000);
    try (VectorStore store = VectorStore.open(Path.of(args[0]), settings());
        GenerationIndex index =
            GenerationIndex.open(store, GENERATION, DIMENSIONS, Corpus::decode)) {
      while (true) {
        long next = index.offsets().getOrDefault(0, 0L);
        List<VectorRecord> batch = new ArrayList<>();
        for (int i = random.nextInt(LARGEST_BATCH); i >= 0; i--) {
          batch.add(record(seed, next++));
        }
        index.apply(
            batch,
            Map.of(0, next),
            (record, reason) -> {
              throw new IllegalStateException(reason);
            });
        System.out.println(next);
        writes.countDown();
      }
    }
  }

  private static void haltAfter(CountDownLatch writes, long nanos) {
    Thread killer =
        new Thread(
            () -> {
              try {
                writes.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              long end = System.nanoTime() + nanos;
              while (System.nanoTime() < end) {
                LockSupport.parkNanos(end - System.nanoTime());
              }
              Runtime.getRuntime().halt(CellsKillTest.HALTED);
            },
            "killer");
    killer.setDaemon(true);
    killer.start();
  }
}
