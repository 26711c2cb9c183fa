package dev.freshet.pipeline.search;

import static dev.freshet.pipeline.search.CellsWriter.DIMENSIONS;
import static dev.freshet.pipeline.search.CellsWriter.GENERATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.pipeline.ann.PostingAudit;
import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.store.StoreDirectory;
import dev.freshet.pipeline.store.StoreFiles;
import dev.freshet.pipeline.store.StoreReport;
import dev.freshet.pipeline.store.StoreVerifier;
import dev.freshet.pipeline.store.VectorStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that writes to a generation with cells is killed, in the middle of writes and while it
 * opens. Whatever was acknowledged is there each time, what was deleted is not, postings are those
 * of the vectors, and a search of all cells finds what a scan of the stored vectors finds. {@code
 * -Dfreshet.kills=50} is the long form.
 */
@Tag("slow")
class CellsKillTest {
  /** Exit code of a process that halted itself. */
  static final int HALTED = 137;

  private static final int KILLS = Integer.getInteger("freshet.kills", 2);
  private static final long SEED = 20_261_124;
  private static final int QUERIES = 20;
  private static final int K = 10;

  /** So many writes make the cells, at least. */
  private static final int FIRST_WRITES = 60;

  private static final int MOST_WRITES = 40;
  private static final int MOST_MICROS_IN_A_WRITE = 5_000;
  private static final int MOST_MICROS_IN_AN_OPEN = 400_000;

  @TempDir private Path folder;
  private final Random random = new Random(SEED);

  @Test
  void whatWasAcknowledgedIsThereAndIsFound() throws Exception {
    Path directory = folder.resolve("store");
    long written = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      boolean isOpening = kill % 2 == 1;
      int writes = isOpening ? 0 : (kill == 0 ? FIRST_WRITES : 1) + random.nextInt(MOST_WRITES);
      int micros = random.nextInt(isOpening ? MOST_MICROS_IN_AN_OPEN : MOST_MICROS_IN_A_WRITE);
      long acknowledged = Math.max(written, killed(directory, kill, writes, micros));
      // A look at a copy: the next process finds what the killed one has left.
      Path copy = folder.resolve("copy" + kill);
      StoreFiles.copy(directory, copy);
      written = check(copy, kill);
      assertThat(written).as("offset after kill %d", kill).isGreaterThanOrEqualTo(acknowledged);
    }
    assertThat(written).isGreaterThan(FIRST_WRITES);
  }

  /** Runs the writer until it halts; tells the last offset that it said was written, 0 for none. */
  private long killed(Path directory, int kill, int writes, int micros)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                CellsWriter.class.getName(),
                directory.toString(),
                Long.toString(SEED),
                Integer.toString(kill),
                Integer.toString(writes),
                Integer.toString(micros))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    long acknowledged = 0;
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.matches("\\d+")) {
          acknowledged = Long.parseLong(line);
        }
      }
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isEqualTo(HALTED);
    return acknowledged;
  }

  /** Tells the offset up to which the store holds the log. */
  private long check(Path directory, int kill) {
    if (!StoreDirectory.hasStore(directory)) {
      return 0;
    }
    StoreReport report =
        new StoreVerifier(
                directory, (dimensions, parts) -> new PostingAudit(dimensions, parts)::fault)
            .verify();
    assertThat(report.generations()).allSatisfy(it -> assertThat(it.faults()).isEmpty());
    assertThat(report.faults()).isEmpty();
    try (VectorStore store = VectorStore.open(directory, CellsWriter.settings());
        GenerationIndex index =
            GenerationIndex.open(store, GENERATION, DIMENSIONS, Corpus::decode)) {
      long next = index.offsets().getOrDefault(0, 0L);
      Map<String, float[][]> expected = replay(next);
      Map<String, float[][]> stored = new HashMap<>();
      store.scan(GENERATION, each -> stored.put(each.document().id(), each.vectors()));
      assertThat(stored.keySet()).as("after kill %d", kill).isEqualTo(expected.keySet());
      expected.forEach((id, vectors) -> Corpus.assertKept(stored.get(id), vectors));
      // Opening makes them where the kill came before.
      assertThat(store.indexStorage(GENERATION).parts()).isNotEmpty();
      searchesFindWhatAScanFinds(index, stored);
      assertThat(index.search("text", stored.size() + 1, null))
          .extracting(hit -> hit.document().id())
          .containsExactlyInAnyOrderElementsOf(stored.keySet());
      return next;
    }
  }

  private static Map<String, float[][]> replay(long next) {
    Map<String, float[][]> live = new HashMap<>();
    for (long offset = 0; offset < next; offset++) {
      VectorRecord record = CellsWriter.record(SEED, offset);
      if (record instanceof VectorRecord.Upsert upsert) {
        live.put(
            upsert.id(),
            upsert.passages().stream().map(PassageVector::vector).toArray(float[][]::new));
      } else {
        live.remove(record.id());
      }
    }
    return live;
  }

  private void searchesFindWhatAScanFinds(GenerationIndex index, Map<String, float[][]> stored) {
    for (int i = 0; i < QUERIES; i++) {
      float[] query = new float[DIMENSIONS];
      for (int d = 0; d < DIMENSIONS; d++) {
        query[d] = (float) random.nextGaussian();
      }
      List<Map.Entry<String, Float>> best =
          stored.entrySet().stream()
              .map(entry -> Map.entry(entry.getKey(), best(query, entry.getValue())))
              .sorted(Comparator.comparing((Map.Entry<String, Float> hit) -> -hit.getValue()))
              .limit(K)
              .toList();
      List<Candidate> found = index.search(query, K, null);
      assertThat(found)
          .extracting(hit -> hit.document().id())
          .containsExactlyElementsOf(best.stream().map(Map.Entry::getKey).toList());
      for (int rank = 0; rank < best.size(); rank++) {
        assertThat(found.get(rank).score()).isCloseTo(best.get(rank).getValue(), within(1e-4f));
      }
    }
  }

  private static float best(float[] query, float[][] vectors) {
    float best = Float.NEGATIVE_INFINITY;
    for (float[] vector : vectors) {
      float score = 0;
      for (int d = 0; d < query.length; d++) {
        score += query[d] * vector[d];
      }
      best = Math.max(best, score);
    }
    return best;
  }
}
