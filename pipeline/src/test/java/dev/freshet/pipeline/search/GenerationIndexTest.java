package dev.freshet.pipeline.search;

import static dev.freshet.pipeline.search.Corpus.DIMENSIONS;
import static dev.freshet.pipeline.search.Corpus.GENERATION;
import static dev.freshet.pipeline.search.Corpus.delete;
import static dev.freshet.pipeline.search.Corpus.passage;
import static dev.freshet.pipeline.search.Corpus.upsert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.pipeline.config.AnnConfig;
import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.store.StoreCounts;
import dev.freshet.pipeline.store.StoreException;
import dev.freshet.pipeline.store.StoreFullException;
import dev.freshet.pipeline.store.StoreSettings;
import dev.freshet.pipeline.store.VectorStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerationIndexTest {
  private static final float[] EAST = {1, 0};

  @TempDir private Path directory;
  private VectorStore store;
  private final Map<VectorRecord, String> rejections = new IdentityHashMap<>();
  private GenerationIndex index;

  @BeforeEach
  void open() {
    store = VectorStore.open(directory, StoreSettings.defaults());
    index = GenerationIndex.open(store, GENERATION, DIMENSIONS, Corpus::decode);
  }

  @AfterEach
  void close() {
    index.close();
    store.close();
  }

  private static List<String> ids(List<Candidate> candidates) {
    return candidates.stream().map(candidate -> candidate.document().id()).toList();
  }

  @Test
  void searchesWhatWasAppliedAlsoAfterReopening() {
    apply(
        List.of(upsert("a", 1, 1, 0), upsert("b", 2, 0.5f, 0.5f), upsert("c", 3, 0, 1)),
        Map.of(0, 3L));
    apply(List.of(delete("a", 4), upsert("c", 5, 0.7f, 0.1f)), Map.of(0, 5L));
    for (int round = 0; round < 2; round++) {
      List<Candidate> found = index.search(EAST, 10, null);
      assertThat(ids(found)).containsExactly("c", "b");
      assertThat(found.get(0).score()).isEqualTo(0.7f);
      assertThat(found.get(0).document().position()).isEqualTo(new Position(0, 5));
      assertThat(index.offsets()).containsExactly(Map.entry(0, 5L));
      assertThat(index.counts()).isEqualTo(new StoreCounts(2, 2, 1));
      assertThat(index.memoryBytes()).isPositive();
      index.close();
      index = GenerationIndex.open(store, GENERATION, DIMENSIONS, Corpus::decode);
    }
  }

  /**
   * Below the number of passages at which there are cells, too: it is that of the stored vector.
   */
  @Test
  void aScoreIsTheSameAfterReopening() {
    apply(List.of(upsert("a", 1, 0.3f, 0.7f)), Map.of(0, 1L));
    float score = index.search(EAST, 1, null).get(0).score();
    assertThat(score).isNotEqualTo(0.3f).isCloseTo(0.3f, within(1e-4f));
    index.close();
    index = GenerationIndex.open(store, GENERATION, DIMENSIONS, Corpus::decode);
    assertThat(index.search(EAST, 1, null).get(0).score()).isEqualTo(score);
  }

  @Test
  void documentsThatComeAndGoTakeNoMoreMemory() {
    apply(List.of(upsert("a", 1, 1, 0)), Map.of(0, 1L));
    int batch = 100;
    long early = 0;
    for (int round = 1; round <= 200; round++) {
      List<VectorRecord> changes = new ArrayList<>();
      for (int i = 0; i < batch; i++) {
        int offset = 2 * (round * batch + i);
        changes.add(upsert("d%d-%d".formatted(round, i), offset, 0.5f, 0));
        changes.add(delete("d%d-%d".formatted(round - 1, i), offset + 1));
      }
      apply(changes, Map.of());
      early = round == 20 ? index.memoryBytes() : early;
    }
    assertThat(index.memoryBytes()).isLessThan(2 * early);
    assertThat(ids(index.search(EAST, 1_000, null)))
        .hasSize(1 + batch)
        .allMatch(id -> id.equals("a") || id.startsWith("d200-"));
  }

  @Test
  void whereMemoryIsTakenDocumentsWaitAndDeletesDoNot() {
    apply(List.of(upsert("a", 1, 1, 0), upsert("b", 2, 0.5f, 0)), Map.of(0, 2L));
    reopenWithoutMemory();
    assertThatThrownBy(() -> apply(List.of(upsert("c", 3, 1, 0)), Map.of(0, 3L)))
        .isInstanceOf(StoreFullException.class)
        .hasMessageContaining("generations [3] take")
        .hasMessageContaining("store.ann.maxBytes");
    assertThat(index.offsets()).containsExactly(Map.entry(0, 2L));
    List<VectorRecord> mixed =
        List.of(upsert("c", 3, 1, 0), delete("a", 4), upsert("b", 5, 0.7f, 0));
    assertThatThrownBy(() -> apply(mixed, Map.of(0, 5L))).isInstanceOf(StoreFullException.class);
    apply(index.withoutGrowth(mixed), Map.of());
    List<Candidate> found = index.search(EAST, 10, null);
    assertThat(ids(found)).as("what takes no memory does not wait").containsExactly("b");
    assertThat(found.get(0).score()).isEqualTo(0.7f);
    assertThat(index.offsets()).containsExactly(Map.entry(0, 2L));
    apply(List.of(delete("b", 6)), Map.of(0, 6L));
    assertThat(index.search(EAST, 10, null)).isEmpty();
  }

  private void reopenWithoutMemory() {
    close();
    AnnConfig oneByte = new AnnConfig(20_000, 384, 0.95, 1);
    store =
        VectorStore.open(
            directory, new StoreSettings(1 << 20, 1 << 20, Duration.ofDays(1), oneByte));
    index = GenerationIndex.open(store, GENERATION, DIMENSIONS, Corpus::decode);
  }

  /** One version of a document, of so many passages. */
  private static VectorRecord passages(String id, long version, int count) {
    return upsert(id, version, "text", Collections.nCopies(count, passage(0, 4, 1, 0)));
  }

  @Test
  void whereMemoryIsTakenVersionsThatTakeMoreWaitAndOthersDoNot() {
    apply(List.of(passages("stub", 1, 1), passages("long", 2, 3)), Map.of(0, 2L));
    reopenWithoutMemory();
    List<VectorRecord> rewritten = List.of(passages("stub", 3, 64), passages("long", 4, 3));
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatExceptionOfType(StoreFullException.class)
          .isThrownBy(() -> apply(rewritten, Map.of(0, 4L)))
          .withMessageContaining("store.ann.maxBytes");
      assertThat(index.counts().passages()).isEqualTo(4);
    }
    assertThat(index.withoutGrowth(rewritten)).containsExactly(rewritten.get(1));
    apply(index.withoutGrowth(rewritten), Map.of());
    assertThat(index.withoutGrowth(rewritten)).as("what is here is not written again").isEmpty();

    // A version that has come and gone before it found room takes none.
    List<VectorRecord> shortened = List.of(passages("stub", 3, 64), passages("stub", 5, 1));
    apply(index.withoutGrowth(shortened), Map.of());
    apply(shortened, Map.of(0, 5L));
    apply(List.of(passages("long", 6, 1)), Map.of(0, 6L));
    assertThat(index.counts()).isEqualTo(new StoreCounts(2, 2, 0));
    assertThat(index.offsets()).containsExactly(Map.entry(0, 6L));
    assertThatExceptionOfType(StoreFullException.class)
        .as("it takes as much as before, and that is not what it takes now")
        .isThrownBy(() -> apply(List.of(passages("long", 7, 3)), Map.of(0, 7L)));
  }

  @Test
  void filtersByTheNewestAttributes() {
    apply(List.of(upsert("a", 1, 1, 0), upsert("b", 2, 0.5f, 0)), Map.of());
    Filter second = new Filter.Equal("version", 2);
    assertThat(ids(index.search(EAST, 1, second))).containsExactly("b");
    apply(List.of(upsert("b", 3, 0.5f, 0)), Map.of());
    assertThat(index.search(EAST, 1, second)).isEmpty();
  }

  @Test
  void staleRecordsDoNotReachTheIndex() {
    apply(List.of(upsert("a", 5, 1, 0)), Map.of());
    assertThat(apply(List.of(upsert("a", 4, 0, 1), delete("a", 3)), Map.of())).isEmpty();
    assertThat(index.search(EAST, 1, null).get(0).score()).isEqualTo(1);
  }

  @Test
  void whatCannotBeServedIsLeftOutWithItsReason() {
    VectorRecord unreadable =
        new VectorRecord.Upsert(
            "x",
            GENERATION,
            new Position(0, 1),
            1,
            new byte[1],
            List.of(new PassageVector(0, 1, EAST)));
    VectorRecord foreign = new VectorRecord.Delete("y", GENERATION + 1, new Position(0, 2), 1);
    VectorRecord wide =
        new VectorRecord.Upsert(
            "w",
            GENERATION,
            new Position(0, 2),
            1,
            new byte[1],
            List.of(new PassageVector(0, 1, new float[3])));
    VectorRecord good = upsert("z", 3, 1, 0);
    assertThat(apply(List.of(unreadable, foreign, wide, good), Map.of(0, 4L)))
        .containsExactly(good);
    assertThat(rejections).containsOnlyKeys(unreadable, foreign, wide);
    assertThat(rejections.get(unreadable)).contains("no bar in");
    assertThat(rejections.get(foreign)).contains("generation " + (GENERATION + 1));
    assertThat(rejections.get(wide)).contains("3 dimensions");
    assertThat(index.offsets()).containsExactly(Map.entry(0, 4L));
    assertThat(ids(index.search(EAST, 9, null))).containsExactly("z");
  }

  /** The tail brings the same records again until there is room. */
  @Test
  void whatCannotBeServedIsHandedOnOnceAlsoWhileTheStoreIsFull() {
    close();
    StoreSettings small =
        new StoreSettings(1 << 20, 1 << 20, 1 << 19, Duration.ofDays(7), AnnConfig.defaults());
    store = VectorStore.open(directory, small);
    index = GenerationIndex.open(store, GENERATION, DIMENSIONS, Corpus::decode);
    VectorRecord foreign = new VectorRecord.Delete("y", GENERATION + 1, new Position(0, 2), 1);
    List<VectorRecord> batch = List.of(foreign, upsert("z", 100_000, 1, 0));
    fill();
    List<VectorRecord> handedOn = new ArrayList<>();
    for (int attempt = 0; attempt < 3; attempt++) {
      assertThatExceptionOfType(StoreFullException.class)
          .isThrownBy(
              () ->
                  index.apply(
                      batch, Map.of(0, 100_000L), (record, reason) -> handedOn.add(record)));
    }
    assertThat(handedOn).containsExactly(foreign);
  }

  /** Writes texts that do not compress until there is no room for more. */
  private void fill() {
    Random random = new Random(3);
    assertThatExceptionOfType(StoreFullException.class)
        .isThrownBy(
            () -> {
              for (int i = 1; i < 10_000; i++) {
                StringBuilder text = new StringBuilder();
                while (text.length() < 32 << 10) {
                  text.append(Long.toString(random.nextLong() >>> 1, 36)).append(' ');
                }
                VectorRecord record =
                    upsert("d" + i, i, text.toString(), List.of(new PassageVector(0, 4, EAST)));
                apply(List.of(record), Map.of(0, (long) i));
              }
            });
  }

  @Test
  void saysThatTheStoreHoldsWhatCannotBeRead() {
    apply(List.of(upsert("a", 1, 1, 0)), Map.of());
    index.close();
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(
            () ->
                GenerationIndex.open(
                    store, GENERATION, DIMENSIONS, (id, value) -> Corpus.decode(id, new byte[0])))
        .withMessageContaining("Document a of generation 3")
        .withMessageContaining("filled again");
  }

  @Test
  void aHitThatIsNotInTheStoreAnyMoreIsLeftOut() {
    apply(List.of(upsert("a", 1, 1, 0), upsert("b", 2, 0.5f, 0)), Map.of());
    // The store is ahead of the index, as between the two steps of a change.
    store.apply(GENERATION, List.of(delete("a", 3)), Map.of());
    assertThat(ids(index.search(EAST, 1, null))).containsExactly("b");
  }

  @Test
  void aHitThatChangedIsJudgedByItsNewVersion() {
    apply(List.of(upsert("a", 1, 1, 0), upsert("b", 2, 0.5f, 0)), Map.of());
    store.apply(GENERATION, List.of(upsert("a", 3, 0.25f, 0)), Map.of());
    List<Candidate> found = index.search(EAST, 2, null);
    assertThat(ids(found)).containsExactly("b", "a");
    assertThat(found.get(1).score()).isEqualTo(0.25f);
    assertThat(ids(index.search(EAST, 2, new Filter.Equal("version", 1)))).isEmpty();
  }

  @Test
  void hitsThatVanishedAreReplacedByTheNextOnes() {
    List<VectorRecord> upserts = new ArrayList<>();
    List<VectorRecord> deletes = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      upserts.add(upsert("doc" + i, i, 1f / (1 + i), 0));
      if (i < 50) {
        deletes.add(delete("doc" + i, 1_000));
      }
    }
    apply(upserts, Map.of());
    store.apply(GENERATION, deletes, Map.of());
    assertThat(ids(index.search(EAST, 2, null))).containsExactly("doc50", "doc51");
  }

  /**
   * Even versions point east, odd ones north: text, attribute and score of a hit must be of one
   * version. Documents that do not change are always there.
   */
  @Test
  void hitsAreNeverMixturesWhileDocumentsChange() throws Exception {
    for (int i = 0; i < 20; i++) {
      apply(List.of(upsert("stable" + i, 0, 0.5f, 0.5f)), Map.of());
    }
    AtomicBoolean written = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<?>> readers =
          List.of(
              threads.submit(() -> readUntil(written)), threads.submit(() -> readUntil(written)));
      Random random = new Random(2);
      for (int version = 1; version < 4_000; version++) {
        String id = "doc" + random.nextInt(10);
        boolean even = version % 2 == 0;
        VectorRecord change =
            random.nextInt(5) == 0
                ? delete(id, version)
                : upsert(id, version, even ? 1 : 0.25f, even ? 0 : 1);
        apply(List.of(change), Map.of(0, (long) version));
      }
      written.set(true);
      for (Future<?> reader : readers) {
        reader.get(1, TimeUnit.MINUTES);
      }
    } finally {
      written.set(true);
      threads.shutdownNow();
    }
  }

  private void readUntil(AtomicBoolean written) {
    Filter changing = new Filter.Range("version", 0, null, null, null);
    do {
      List<Candidate> all = index.search(EAST, 100, null);
      assertThat(ids(all)).doesNotHaveDuplicates();
      assertThat(all.stream().filter(hit -> hit.document().id().startsWith("stable"))).hasSize(20);
      index.search(EAST, 3, changing).forEach(GenerationIndexTest::assertOfOneVersion);
      all.stream()
          .filter(hit -> hit.document().id().startsWith("doc"))
          .forEach(GenerationIndexTest::assertOfOneVersion);
    } while (!written.get());
  }

  private static void assertOfOneVersion(Candidate hit) {
    boolean even = hit.document().position().offset() % 2 == 0;
    assertThat(hit.score()).isCloseTo(even ? 1 : 0.25f, within(1e-4f));
  }

  private List<VectorRecord> apply(List<VectorRecord> batch, Map<Integer, Long> nextOffsets) {
    return index.apply(batch, nextOffsets, rejections::put);
  }
}
