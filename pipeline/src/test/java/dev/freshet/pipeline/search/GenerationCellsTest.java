package dev.freshet.pipeline.search;

import static dev.freshet.pipeline.search.Corpus.GENERATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.freshet.pipeline.config.AnnConfig;
import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.store.StoreDamagedException;
import dev.freshet.pipeline.store.StoreFiles;
import dev.freshet.pipeline.store.StoreSettings;
import dev.freshet.pipeline.store.StoredDocument;
import dev.freshet.pipeline.store.VectorStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A generation large enough that its vectors lie in cells, opened again in all the ways there are.
 */
class GenerationCellsTest {
  private static final int DIMENSIONS = 24;
  private static final int DOCUMENTS = 1_500;
  private static final int K = 10;
  private static final int LOST_FROM = 1_300;

  @TempDir private Path directory;
  private final Random random = new Random(17);
  private final Map<String, float[][]> expected = new HashMap<>();
  private long version;

  /** Searches look at every cell: what is missing is not there. Nothing is flushed while copied. */
  private static StoreSettings settings(int threshold) {
    return settings(threshold, 1);
  }

  private static StoreSettings settings(int threshold, double recall) {
    return new StoreSettings(
        8 << 20, 64 << 20, Duration.ofDays(36_500), new AnnConfig(threshold, 64, recall));
  }

  @Test
  void holdsWhatWasWrittenHoweverItIsOpened(@TempDir Path copy) throws IOException {
    try (VectorStore store = VectorStore.open(directory, settings(1_000))) {
      GenerationIndex index = open(store);
      write(index, 0, LOST_FROM);
      check(store, index);
      index.close();
      index = open(store);
      check(store, index);
      // Written after where everything lies was written down. What a kill leaves is in the files.
      write(index, LOST_FROM, DOCUMENTS);
      change(index);
      StoreFiles.copy(directory, copy);
      index.close();
    }
    try (VectorStore store = VectorStore.open(copy, settings(1_000))) {
      GenerationIndex index = open(store);
      check(store, index);
      change(index);
      check(store, index);
      index.close();
    }
  }

  @Test
  void makesCellsOfAStoreThatHasNone() {
    try (VectorStore store = VectorStore.open(directory, settings(1_000_000));
        GenerationIndex exact = open(store)) {
      write(exact, 0, DOCUMENTS);
      assertThat(store.indexStorage(GENERATION).parts()).isEmpty();
    }
    for (int round = 0; round < 2; round++) {
      try (VectorStore store = VectorStore.open(directory, settings(1_000));
          GenerationIndex index = open(store)) {
        assertThat(store.indexStorage(GENERATION).parts()).isNotEmpty();
        check(store, index);
        change(index);
        check(store, index);
      }
    }
  }

  @Test
  void aPostingStandsBesideEveryDocumentAndNoOther() {
    try (VectorStore store = VectorStore.open(directory, settings(1_000));
        GenerationIndex index = open(store)) {
      write(index, 0, DOCUMENTS);
      change(index);
      List<StoredDocument> documents = new ArrayList<>();
      store
          .indexStorage(GENERATION)
          .scan(
              (document, posting) -> {
                documents.add(document);
                assertThat(posting)
                    .isNotNull()
                    .hasSize(document.passages().size() * (Float.BYTES + Long.SIZE));
              });
      assertThat(documents)
          .extracting(StoredDocument::id)
          .containsExactlyInAnyOrderElementsOf(expected.keySet());
    }
  }

  @Test
  void whereEverythingLiesIsWrittenDownWhileWritesGoOn(@TempDir Path copy) throws IOException {
    try (VectorStore store = VectorStore.open(directory, settings(1_000));
        GenerationIndex index = open(store)) {
      write(index, 0, DOCUMENTS);
      List<byte[]> before = store.indexStorage(GENERATION).parts();
      assertThat(before).isNotEmpty();
      for (int changed = 0; changed <= 5_000; changed += DOCUMENTS) {
        write(index, 0, DOCUMENTS);
      }
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> !isSame(before, store.indexStorage(GENERATION).parts()));
      write(index, 0, 100);
      StoreFiles.copy(directory, copy);
    }
    try (VectorStore store = VectorStore.open(copy, settings(1_000));
        GenerationIndex index = open(store)) {
      check(store, index);
    }
  }

  private static boolean isSame(List<byte[]> parts, List<byte[]> others) {
    return Arrays.deepEquals(parts.toArray(), others.toArray());
  }

  @Test
  void aSearchThatMeetsDamageFailsAndTellsTheFile() throws IOException {
    try (VectorStore store = VectorStore.open(directory, settings(1_000));
        GenerationIndex index = open(store)) {
      write(index, 0, DOCUMENTS);
    }
    StoreFiles.flush(directory, settings(1_000));
    Path file = StoreFiles.of(directory, "vectors." + GENERATION);
    StoreFiles.flip(file, 2_000);
    try (VectorStore store = VectorStore.open(directory, settings(1_000));
        GenerationIndex index = open(store)) {
      // Opening reads postings, not vectors: answers are scored by those.
      assertThatExceptionOfType(StoreDamagedException.class)
          .isThrownBy(() -> index.search(vector(), DOCUMENTS, null))
          .withMessageContaining(file.getFileName().toString());
      assertThat(store.damage(GENERATION)).isPresent();
    }
  }

  @Test
  void aSearchMayAskForAnotherRecall() {
    try (VectorStore store = VectorStore.open(directory, settings(1_000, 0.1));
        GenerationIndex index = open(store)) {
      write(index, 0, DOCUMENTS);
      Map<String, float[][]> stored = stored(store);
      int bySetting = 0;
      for (int i = 0; i < 20; i++) {
        float[] query = vector();
        List<String> nearest = nearest(query, stored).stream().map(Map.Entry::getKey).toList();
        assertThat(ids(index.search(query, K, null, 1.0))).isEqualTo(nearest);
        List<String> found = ids(index.search(query, K, null, null));
        bySetting += (int) nearest.stream().filter(found::contains).count();
      }
      assertThat(bySetting).isLessThan(20 * K * 9 / 10);
    }
  }

  /** They share their codes, and so their error: all of them may score below what codes say. */
  @Test
  void manyDocumentsThatSayTheSameAreFound() {
    List<float[]> groups = new ArrayList<>();
    try (VectorStore store = VectorStore.open(directory, settings(1_000, 0.95));
        GenerationIndex index = open(store)) {
      write(index, 0, 1_200);
      for (int group = 0; group < 20; group++) {
        float[] same = vector();
        List<VectorRecord> batch = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
          batch.add(upsert("same" + group + "-" + i, new float[][] {same}));
        }
        apply(index, batch);
        float exactly = best(same, new float[][] {same});
        assertThat(index.search(same, K, null))
            .hasSize(K)
            .allSatisfy(hit -> assertThat(hit.score()).isCloseTo(exactly, within(1e-4f)));
        groups.add(same);
      }
    }
    try (VectorStore store = VectorStore.open(directory, settings(1_000, 0.95));
        GenerationIndex index = open(store)) {
      for (float[] same : groups) {
        assertThat(index.search(same, K, null)).as("after a restart").hasSize(K);
      }
    }
  }

  private static List<String> ids(List<Candidate> found) {
    return found.stream().map(Candidate::id).toList();
  }

  /** What the store holds of what it was given: the vectors that scores are of. */
  private Map<String, float[][]> stored(VectorStore store) {
    Map<String, float[][]> stored = new HashMap<>();
    store.scan(GENERATION, each -> stored.put(each.document().id(), each.vectors()));
    assertThat(stored.keySet()).isEqualTo(expected.keySet());
    expected.forEach((id, vectors) -> Corpus.assertKept(stored.get(id), vectors));
    return stored;
  }

  private static List<Map.Entry<String, Float>> nearest(
      float[] query, Map<String, float[][]> stored) {
    return stored.entrySet().stream()
        .map(entry -> Map.entry(entry.getKey(), best(query, entry.getValue())))
        .sorted(Comparator.comparing((Map.Entry<String, Float> hit) -> -hit.getValue()))
        .limit(K)
        .toList();
  }

  private static GenerationIndex open(VectorStore store) {
    return GenerationIndex.open(store, GENERATION, DIMENSIONS, Corpus::decode);
  }

  private void write(GenerationIndex index, int from, int to) {
    for (int first = from; first < to; first += 100) {
      List<VectorRecord> batch = new ArrayList<>();
      for (int i = first; i < Math.min(to, first + 100); i++) {
        batch.add(upsert("d" + i));
      }
      apply(index, batch);
    }
  }

  /** Replaces some, deletes some. */
  private void change(GenerationIndex index) {
    List<VectorRecord> batch = new ArrayList<>();
    for (String id : expected.keySet().stream().sorted().toList()) {
      int what = random.nextInt(10);
      if (what == 0) {
        expected.remove(id);
        batch.add(new VectorRecord.Delete(id, GENERATION, new Position(0, ++version), version));
      } else if (what < 3) {
        batch.add(upsert(id));
      }
    }
    apply(index, batch);
  }

  private static void apply(GenerationIndex index, List<VectorRecord> batch) {
    index.apply(batch, Map.of(), (record, reason) -> assertThat(reason).isNull());
  }

  private VectorRecord upsert(String id) {
    float[][] vectors = new float[1 + random.nextInt(3)][];
    Arrays.setAll(vectors, i -> vector());
    return upsert(id, vectors);
  }

  private VectorRecord upsert(String id, float[][] vectors) {
    List<PassageVector> passages = new ArrayList<>();
    for (float[] vector : vectors) {
      passages.add(new PassageVector(0, 1, vector));
    }
    expected.put(id, vectors);
    byte[] payload = (++version + "|text").getBytes(StandardCharsets.UTF_8);
    return new VectorRecord.Upsert(
        id, GENERATION, new Position(0, version), version, payload, passages);
  }

  private float[] vector() {
    float[] vector = new float[DIMENSIONS];
    double squares = 0;
    for (int d = 0; d < DIMENSIONS; d++) {
      vector[d] = (float) random.nextGaussian();
      squares += vector[d] * vector[d];
    }
    for (int d = 0; d < DIMENSIONS; d++) {
      vector[d] /= (float) Math.sqrt(squares);
    }
    return vector;
  }

  private void check(VectorStore store, GenerationIndex index) {
    assertThat(index.counts().documents()).isEqualTo(expected.size());
    Map<String, float[][]> stored = stored(store);
    for (int i = 0; i < 20; i++) {
      float[] query = vector();
      List<Map.Entry<String, Float>> best = nearest(query, stored);
      List<Candidate> found = index.search(query, K, null);
      assertThat(found)
          .extracting(hit -> hit.document().id())
          .containsExactlyElementsOf(best.stream().map(Map.Entry::getKey).toList());
      // Scores are of the stored vectors, not of their codes.
      for (int rank = 0; rank < K; rank++) {
        assertThat(found.get(rank).score()).isCloseTo(best.get(rank).getValue(), within(1e-5f));
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
