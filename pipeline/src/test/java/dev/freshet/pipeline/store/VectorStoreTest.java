package dev.freshet.pipeline.store;

import static dev.freshet.pipeline.store.Records.DIMENSIONS;
import static dev.freshet.pipeline.store.Records.delete;
import static dev.freshet.pipeline.store.Records.payload;
import static dev.freshet.pipeline.store.Records.upsert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorStoreTest {
  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(10_000), ZoneOffset.UTC);
  private static final StoreSettings SETTINGS =
      new StoreSettings(1 << 20, 4 << 20, Duration.ofSeconds(5));

  @TempDir private Path directory;
  private VectorStore store;

  @BeforeEach
  void open() {
    store = VectorStore.open(directory, SETTINGS, CLOCK);
    store.createGeneration(1, DIMENSIONS);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void reopen() {
    store.close();
    store = VectorStore.open(directory, SETTINGS, CLOCK);
  }

  private List<VectorRecord> apply(VectorRecord... records) {
    return store.apply(1, List.of(records), Map.of());
  }

  private long liveOffset(String id) {
    return store.document(1, id).map(document -> document.position().offset()).orElse(-1L);
  }

  private static void assertRows(float[][] rows, float[][] expected) {
    assertThat(rows).hasDimensions(expected.length, DIMENSIONS);
    for (int i = 0; i < expected.length; i++) {
      assertThat(rows[i]).containsExactly(expected[i], within(1e-3f));
    }
  }

  @Test
  void yieldsWhatWasWrittenAlsoAfterReopening() {
    apply(upsert(1, "ä/1", 7, 2), upsert(1, "b", 8, 1));
    for (int round = 0; round < 2; round++) {
      StoredDocument document = store.document(1, "ä/1").orElseThrow();
      assertThat(document.id()).isEqualTo("ä/1");
      assertThat(document.position()).isEqualTo(new Position(0, 7));
      assertThat(document.timestampMillis()).isEqualTo(7);
      assertThat(document.payload()).isEqualTo(payload(7));
      assertThat(document.passages())
          .containsExactly(new PassageRange(0, 2), new PassageRange(1, 3));
      StoredVectors vectors = store.vectors(1, "ä/1").orElseThrow();
      assertRows(vectors.vectors(), new float[][] {{7, 0, -1.5f}, {7, 1, -1.5f}});
      assertThat(vectors.document().payload()).isEqualTo(payload(7));
      assertThat(store.document(1, "none")).isEmpty();
      assertThat(store.vectors(1, "none")).isEmpty();
      assertThat(store.counts(1)).isEqualTo(new StoreCounts(2, 3, 0));
      assertThat(store.generations()).containsExactly(Map.entry(1, DIMENSIONS));
      reopen();
    }
  }

  @Test
  void tellsWhatOneGenerationHasNewerThanAnother() {
    store.createGeneration(2, DIMENSIONS);
    apply(
        upsert(1, "same", 1, 1),
        upsert(1, "changed", 5, 1),
        upsert(1, "new", 6, 1),
        upsert(1, "deleted", 2, 1),
        upsert(1, "behind", 3, 1));
    apply(delete(1, "deleted", 7), delete(1, "never there", 8));
    store.apply(
        2,
        List.of(
            upsert(2, "same", 1, 1),
            upsert(2, "changed", 4, 1),
            upsert(2, "deleted", 2, 1),
            upsert(2, "behind", 9, 1)),
        Map.of());
    assertThat(store.idsAhead(1, 2)).containsExactly("changed", "deleted", "never there", "new");
    assertThat(store.isAhead(1, 2, "deleted")).isTrue();
    store.apply(2, List.of(delete(2, "deleted", 7)), Map.of());
    assertThat(store.isAhead(1, 2, "deleted")).isFalse();
    assertThat(store.isAhead(1, 2, "never there")).as("it may come yet").isTrue();
    assertThat(store.isAhead(1, 2, "unknown")).isFalse();
    assertThat(store.idsAhead(2, 1)).containsExactly("behind");
  }

  @Test
  void theGreatestPositionWins() {
    VectorRecord first = upsert(1, "a", 5, 1);
    assertThat(apply(first)).containsExactly(first);
    assertThat(apply(upsert(1, "a", 4, 3), upsert(1, "a", 5, 3), delete(1, "a", 5))).isEmpty();
    assertThat(liveOffset("a")).isEqualTo(5);
    VectorRecord newer = upsert(1, "a", 6, 2);
    assertThat(apply(newer)).containsExactly(newer);
    assertThat(store.counts(1)).isEqualTo(new StoreCounts(1, 2, 0));
  }

  @Test
  void theGreatestPositionWinsWithinABatch() {
    VectorRecord last = upsert(1, "a", 9, 1);
    VectorRecord other = upsert(1, "b", 3, 1);
    assertThat(
            apply(
                upsert(1, "a", 7, 1),
                other,
                last,
                delete(1, "a", 8),
                upsert(1, "a", 9, 2),
                upsert(1, "a", 2, 1)))
        .containsExactlyInAnyOrder(last, other);
    assertThat(liveOffset("a")).isEqualTo(9);
    assertThat(store.counts(1)).isEqualTo(new StoreCounts(2, 2, 0));
  }

  @Test
  void yieldsManyInTheOrderInWhichTheyAreWanted() {
    apply(upsert(1, "a", 5, 2), upsert(1, "b", 6, 1), upsert(1, "c", 7, 1));
    apply(delete(1, "b", 8));
    assertThat(store.vectors(1, List.of("c", "b", "none", "a", "c")))
        .extracting(found -> found.map(stored -> stored.document().id()))
        .containsExactly(
            Optional.of("c"),
            Optional.empty(),
            Optional.empty(),
            Optional.of("a"),
            Optional.of("c"));
    assertThat(store.vectors(1, List.of())).isEmpty();
  }

  @Test
  void yieldsVectorsAndTextsEachAlone() {
    apply(upsert(1, "a", 5, 2), upsert(1, "b", 6, 1), upsert(1, "c", 7, 1));
    apply(delete(1, "b", 8));
    List<String> ids = List.of("c", "b", "none", "a");
    assertThat(store.rows(1, ids))
        .extracting(rows -> rows == null ? null : rows.length)
        .containsExactly(1, null, null, 2);
    assertRows(
        Objects.requireNonNull(store.rows(1, ids).get(3)),
        new float[][] {{5, 0, -1.5f}, {5, 1, -1.5f}});
    assertThat(store.documents(1, ids))
        .extracting(found -> found == null ? null : found.position().offset())
        .containsExactly(7L, null, null, 5L);
    assertThat(store.rows(1, List.of())).isEmpty();
  }

  @Test
  void aDeletedDocumentStaysDeletedForOlderWrites() {
    apply(upsert(1, "a", 5, 2));
    apply(delete(1, "a", 6), delete(1, "never", 9));
    apply(upsert(1, "a", 5, 2), upsert(1, "never", 8, 1));
    reopen();
    assertThat(store.document(1, "a")).isEmpty();
    assertThat(store.vectors(1, "a")).isEmpty();
    assertThat(store.document(1, "never")).isEmpty();
    assertThat(store.counts(1)).isEqualTo(new StoreCounts(0, 0, 2));
    apply(upsert(1, "a", 7, 1));
    assertThat(liveOffset("a")).isEqualTo(7);
    assertThat(store.counts(1)).isEqualTo(new StoreCounts(1, 1, 1));
  }

  @Test
  void deletesAreForgottenAfterTheirRetentionOnly() {
    List<VectorRecord> deletes = new ArrayList<>();
    for (int i = 0; i < 2_500; i++) {
      deletes.add(delete(1, "old" + i, i));
    }
    store.apply(1, deletes, Map.of());
    apply(delete(1, "just", 4_999), delete(1, "edge", 5_000), delete(1, "back", 100));
    apply(upsert(1, "back", 101, 1));
    assertThat(store.purgeTombstones()).isEqualTo(2_501);
    assertThat(store.purgeTombstones()).isZero();
    assertThat(store.counts(1)).isEqualTo(new StoreCounts(1, 1, 1));
    assertThat(apply(upsert(1, "edge", 4_000, 1))).isEmpty();
    assertThat(apply(upsert(1, "just", 4_000, 1))).hasSize(1);
    assertThat(liveOffset("back")).isEqualTo(101);
  }

  @Test
  void deletesThatComeLateOrWereThereBeforeAreForgottenToo() {
    apply(delete(1, "young", 6_000));
    assertThat(store.purgeTombstones()).isZero();
    apply(delete(1, "late", 4_000), delete(1, "younger", 7_000));
    assertThat(store.purgeTombstones()).isEqualTo(1);
    apply(delete(1, "later", 4_500));
    reopen();
    assertThat(store.purgeTombstones()).isEqualTo(1);
    assertThat(store.purgeTombstones()).isZero();
    assertThat(store.counts(1)).isEqualTo(new StoreCounts(0, 0, 2));
  }

  @Test
  void whereNothingIsDeletedWhatIsNotLiveIsNew() {
    apply(upsert(1, "a", 5, 1));
    assertThat(apply(upsert(1, "a", 4, 1))).isEmpty();
    // Of somebody who says so wrongly the word counts.
    LiveVersions nothing = id -> null;
    VectorRecord older = upsert(1, "a", 4, 1);
    assertThat(
            store.apply(
                1, List.of(older), Map.of(), (upsert, vectors) -> PostingEncoder.NONE, nothing))
        .containsExactly(older);
    apply(delete(1, "b", 1));
    VectorRecord oldest = upsert(1, "a", 3, 1);
    assertThat(
            store.apply(
                1, List.of(oldest), Map.of(), (upsert, vectors) -> PostingEncoder.NONE, nothing))
        .isEmpty();
  }

  @Test
  void aSweepOfDeletesGoesOverAllDocumentsAndEndsWhereItsThreadIsInterrupted() {
    List<VectorRecord> changes = new ArrayList<>();
    for (int i = 0; i < 12_000; i++) {
      changes.add(i % 3 == 0 ? delete(1, "d" + i, 1_000 + i % 7) : upsert(1, "d" + i, i, 1));
    }
    store.apply(1, changes, Map.of());
    Thread.currentThread().interrupt();
    try {
      assertThat(store.purgeTombstones()).isZero();
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(store.purgeTombstones()).isEqualTo(4_000);
    assertThat(store.counts(1)).isEqualTo(new StoreCounts(8_000, 8_000, 0));
    assertThat(store.document(1, "d1")).isPresent();
  }

  @Test
  void deletesGoManyAtATimeOnceOneIsLongPastItsTime() {
    apply(delete(1, "young", 6_000));
    assertThat(store.purgeTombstones()).isZero();
    apply(delete(1, "past", 4_900));
    assertThat(store.purgeTombstones()).isZero();
    apply(delete(1, "longPast", 4_300));
    assertThat(store.purgeTombstones()).isEqualTo(2);
  }

  @Test
  void liveDocumentsThatAreKnownAreNotReadAndDeletesAre() {
    apply(upsert(1, "a", 5, 2), upsert(1, "gone", 5, 1), delete(1, "gone", 6));
    StoredVersion newer = new StoredVersion(new Position(0, 9), 9, 2);
    List<VectorRecord> changes =
        store.apply(
            1,
            List.of(upsert(1, "a", 7, 1), upsert(1, "gone", 4, 1), upsert(1, "new", 1, 1)),
            Map.of(),
            (upsert, vectors) -> PostingEncoder.NONE,
            id -> id.equals("a") ? newer : null);
    assertThat(changes).extracting(VectorRecord::id).containsExactly("new");
    assertThat(liveOffset("a")).isEqualTo(5);
    assertThat(store.counts(1)).isEqualTo(new StoreCounts(2, 3, 1));
  }

  @Test
  void offsetsAreKeptPerGenerationAndPartition() {
    store.createGeneration(2, 1);
    store.apply(1, List.of(), Map.of(0, 10L, 3, 7L));
    store.apply(1, List.of(upsert(1, "a", 1, 1)), Map.of(0, 11L));
    store.apply(2, List.of(), Map.of(0, 5L));
    reopen();
    assertThat(store.offsets(1)).containsExactly(Map.entry(0, 11L), Map.entry(3, 7L));
    assertThat(store.offsets(2)).containsExactly(Map.entry(0, 5L));
  }

  @Test
  void scanVisitsLiveDocumentsInOrderAsOfOneMoment() {
    apply(upsert(1, "c", 1, 2), upsert(1, "a", 2, 1), upsert(1, "b", 3, 1), delete(1, "b", 4));
    List<String> ids = new ArrayList<>();
    store.scan(
        1,
        visited -> {
          ids.add(visited.document().id());
          float offset = visited.document().position().offset();
          assertThat(visited.vectors()[0][0]).isCloseTo(offset, withinPercentage(0.01));
          assertThat(visited.vectors()).hasNumberOfRows(visited.document().passages().size());
          apply(upsert(1, "z" + ids.size(), 9, 1), upsert(1, "c", 10, 1));
        });
    assertThat(ids).containsExactly("a", "c");
  }

  @Test
  void aDroppedGenerationLeavesNothing() {
    store.createGeneration(2, DIMENSIONS);
    store.apply(2, List.of(upsert(2, "a", 1, 1)), Map.of(0, 1L));
    store.apply(1, List.of(upsert(1, "a", 1, 1), delete(1, "d", 1)), Map.of(0, 2L));
    store.dropGeneration(1);
    store.dropGeneration(1);
    for (int round = 0; round < 2; round++) {
      assertThat(store.generations()).containsOnlyKeys(2);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> store.document(1, "a"))
          .withMessageContaining("generation 1 is not in the store");
      reopen();
    }
    store.createGeneration(1, 8);
    assertThat(store.offsets(1)).isEmpty();
    assertThat(store.counts(1)).isEqualTo(StoreCounts.NONE);
    assertThat(store.document(1, "a")).isEmpty();
    assertThat(store.document(2, "a")).isPresent();
    assertThat(store.offsets(2)).containsExactly(Map.entry(0, 1L));
  }

  @Test
  void refusesOtherDimensionsAndGenerationsAndWhatIsNotFiniteAndWritesNothing() {
    store.createGeneration(1, DIMENSIONS);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.createGeneration(1, 8))
        .withMessageContaining("generation 1 has 3 dimensions in the store, not 8");
    store.createGeneration(2, 8);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> store.apply(2, List.of(delete(2, "d", 1), upsert(2, "a", 1, 1)), Map.of(0, 1L)))
        .withMessageContaining("vectors of 3 dimensions, generation 2 has 8");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.apply(2, List.of(delete(1, "d", 1)), Map.of(0, 1L)))
        .withMessageContaining("is of generation 1, this is generation 2");
    VectorRecord.Upsert notFinite =
        new VectorRecord.Upsert(
            "a",
            1,
            new Position(0, 1),
            1,
            payload(1),
            List.of(new PassageVector(0, 1, new float[] {1, Float.NaN, 1})));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.apply(1, List.of(delete(1, "d", 1), notFinite), Map.of(0, 1L)))
        .withMessageContaining("document a: a vector holds NaN");
    assertThat(store.counts(1)).isEqualTo(StoreCounts.NONE);
    assertThat(store.counts(2)).isEqualTo(StoreCounts.NONE);
    assertThat(store.offsets(2)).isEmpty();
  }

  @Test
  void equalsAMapUnderRandomOperationsAndReopenings() {
    Random random = new Random(17);
    Map<String, VectorRecord> oracle = new TreeMap<>();
    for (int round = 0; round < 150; round++) {
      List<VectorRecord> batch = new ArrayList<>();
      for (int i = random.nextInt(40); i >= 0; i--) {
        String id = "doc" + random.nextInt(60);
        long offset = random.nextInt(5_000);
        VectorRecord record =
            random.nextInt(3) == 0
                ? delete(1, id, offset)
                : upsert(1, id, offset, 1 + random.nextInt(4));
        batch.add(record);
        oracle.merge(id, record, (a, b) -> b.position().compareTo(a.position()) > 0 ? b : a);
      }
      store.apply(1, batch, Map.of(0, (long) round));
      if (round % 30 == 29) {
        reopen();
      }
      assertHolds(oracle);
    }
  }

  private void assertHolds(Map<String, VectorRecord> oracle) {
    Map<String, Long> expected = new TreeMap<>();
    long passages = 0;
    for (VectorRecord record : oracle.values()) {
      if (record instanceof VectorRecord.Upsert upsert) {
        expected.put(record.id(), record.position().offset());
        passages += upsert.passages().size();
      }
    }
    Map<String, Long> actual = new TreeMap<>();
    store.scan(
        1, visited -> actual.put(visited.document().id(), visited.document().position().offset()));
    assertThat(actual).isEqualTo(expected);
    assertThat(store.counts(1))
        .isEqualTo(
            new StoreCounts(expected.size(), passages, oracle.size() - (long) expected.size()));
  }
}
