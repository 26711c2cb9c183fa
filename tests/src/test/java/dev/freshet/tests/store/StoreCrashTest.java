package dev.freshet.tests.store;

import static dev.freshet.tests.store.ChangeLog.GENERATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.store.StoreCounts;
import dev.freshet.pipeline.store.StoredDocument;
import dev.freshet.pipeline.store.StoredVectors;
import dev.freshet.pipeline.store.VectorStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that writes to a store is killed at random moments. Whenever the store is opened after
 * that, it holds exactly what a replay of the log up to the stored offsets holds.
 */
class StoreCrashTest {
  private static final long SEED = 20_261;
  private static final int RECORDS = 40_000;
  private static final int KILLS = 10;

  /** What the store rounds components by that are 1 at most. */
  private static final float ROUNDED = 1e-4f;

  /** Writes between two kills; the whole log takes about 200. */
  private static final int MOST_WRITES = 20;

  @TempDir private Path directory;

  private final ChangeLog log = new ChangeLog(SEED, RECORDS);

  @Test
  void holdsWhatAReplayUpToItsOffsetsHolds() throws Exception {
    Random random = new Random(SEED);
    long written = 0;
    for (int round = 0; round < KILLS; round++) {
      assertThat(runWriter(round, 1 + 2 * random.nextInt(MOST_WRITES))).as("killed").isFalse();
      long now = check();
      assertThat(now).as("records after kill %d", round).isGreaterThanOrEqualTo(written);
      written = now;
    }
    assertThat(written).isBetween(1L, RECORDS - 1L);
    assertThat(runWriter(KILLS, Integer.MAX_VALUE)).as("came to the end").isTrue();
    assertThat(check()).isEqualTo(RECORDS);
  }

  /**
   * Runs the writer and kills it at this line, in a write if it is odd, or lets it finish; tells if
   * it finished.
   */
  private boolean runWriter(int round, int lines) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                StoreWriter.class.getName(),
                directory.toString(),
                Long.toString(SEED),
                Integer.toString(RECORDS),
                Integer.toString(round))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    boolean done = false;
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      OutputStream leave = process.getOutputStream();
      String line = out.readLine();
      for (int i = 1; i < lines && line != null; i++) {
        done = line.equals(StoreWriter.DONE);
        if (!done) {
          leave.write('\n');
          leave.flush();
        }
        line = out.readLine();
      }
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return done;
  }

  /** Holds the store against the replay, and tells how many records it has read. */
  private long check() {
    try (VectorStore store = VectorStore.open(directory, StoreWriter.SETTINGS)) {
      if (!store.generations().containsKey(GENERATION)) {
        return 0;
      }
      SortedMap<Integer, Long> offsets = store.offsets(GENERATION);
      SortedMap<String, StoredVectors> stored = new TreeMap<>();
      store.scan(GENERATION, visited -> stored.put(visited.document().id(), visited));
      Map<String, VectorRecord> expected = log.replay(offsets);
      long passages = 0;
      long live = 0;
      for (VectorRecord record : expected.values()) {
        if (record instanceof VectorRecord.Upsert upsert) {
          assertThat(stored).containsKey(upsert.id());
          assertSame(Objects.requireNonNull(stored.get(upsert.id())), upsert);
          live++;
          passages += upsert.passages().size();
        }
      }
      assertThat(stored).hasSize((int) live);
      assertThat(store.counts(GENERATION))
          .isEqualTo(new StoreCounts(live, passages, expected.size() - live));
      assertThatNothingIsNewer(store, expected);
      return offsets.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /** Tombstones are not read, but felt: nothing of the replay takes effect a second time. */
  private static void assertThatNothingIsNewer(
      VectorStore store, Map<String, VectorRecord> expected) {
    assertThat(store.apply(GENERATION, List.copyOf(expected.values()), Map.of())).isEmpty();
  }

  private static void assertSame(StoredVectors stored, VectorRecord.Upsert upsert) {
    StoredDocument document = stored.document();
    assertThat(document.position()).isEqualTo(upsert.position());
    assertThat(document.payload()).isEqualTo(upsert.payload());
    assertThat(stored.vectors()).hasNumberOfRows(upsert.passages().size());
    for (int i = 0; i < stored.vectors().length; i++) {
      float[] written = upsert.passages().get(i).vector();
      assertThat(stored.vectors()[i]).containsExactly(written, within(ROUNDED));
    }
  }
}
