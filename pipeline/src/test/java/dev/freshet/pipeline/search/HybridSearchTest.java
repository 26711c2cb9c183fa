package dev.freshet.pipeline.search;

import static dev.freshet.pipeline.search.Corpus.DIMENSIONS;
import static dev.freshet.pipeline.search.Corpus.GENERATION;
import static dev.freshet.pipeline.search.Corpus.delete;
import static dev.freshet.pipeline.search.Corpus.passage;
import static dev.freshet.pipeline.search.Corpus.upsert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.freshet.model.checkpoint.Folders;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.store.StoreSettings;
import dev.freshet.pipeline.store.VectorStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Words beside vectors in one generation: RocksDB and Lucene, both real. */
class HybridSearchTest {
  private static final float[] EAST = {1, 0};

  @TempDir private Path directory;
  private VectorStore store;
  private GenerationIndex index;
  private long offset;

  @BeforeEach
  void open() {
    store = VectorStore.open(directory.resolve("store"), StoreSettings.defaults());
    index = GenerationIndex.open(store, GENERATION, DIMENSIONS, Corpus::decode);
  }

  @AfterEach
  void close() {
    index.close();
    store.close();
  }

  private void reopen() {
    close();
    open();
  }

  private void apply(VectorRecord... batch) {
    offset += batch.length;
    var unused = index.apply(List.of(batch), Map.of(0, offset), (record, reason) -> fail(reason));
  }

  private static VectorRecord.Upsert text(String id, long version, String text) {
    return upsert(id, version, text, List.of(passage(0, text.length(), 0, 1)));
  }

  private List<String> words(String query) {
    return words(query, 10, null);
  }

  private List<String> words(String query, int k, @Nullable Filter filter) {
    return ids(index.search(query, k, filter));
  }

  private static List<String> ids(List<Candidate> candidates) {
    return candidates.stream().map(candidate -> candidate.document().id()).toList();
  }

  @Test
  void whatWasAppliedIsFoundByItsWordsAtOnce() {
    apply(text("a", 1, "glaciers move slowly"), text("b", 2, "bread rises, and bread is baked"));
    assertThat(words("glacier")).containsExactly("a");
    assertThat(words("baking bread")).containsExactly("b");
    assertThat(words("title")).containsExactlyInAnyOrder("a", "b");
    assertThat(words("of the")).isEmpty();
    assertThat(words("nothing like it")).isEmpty();
  }

  @Test
  void anUpdateReplacesTheWordsAndADeleteTakesThemOut() {
    apply(text("a", 1, "old moss"), text("b", 2, "moss"));
    apply(text("a", 3, "new fern"), delete("b", 4));
    assertThat(words("moss")).isEmpty();
    assertThat(words("fern")).containsExactly("a");
    apply(text("a", 2, "stale moss"));
    assertThat(words("moss")).isEmpty();
    reopen();
    assertThat(words("moss")).isEmpty();
    assertThat(words("fern")).containsExactly("a");
  }

  @Test
  void filtersHoldHoweverDeepTheyHaveToLook() {
    List<VectorRecord> batch = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      batch.add(text("doc" + i, i, "moss " + "fern ".repeat(i % 50)));
    }
    apply(batch.toArray(VectorRecord[]::new));
    Filter rare =
        new Filter.In("version", List.of(49, 99, 1_999, 2_000)); // long and short documents
    assertThat(words("moss", 10, rare))
        .containsExactlyInAnyOrder("doc49", "doc99", "doc1999", "doc2000");
    assertThat(words("moss", 1, rare)).containsExactly("doc2000");
    assertThat(ids(index.search("moss", EAST, 1, 10, 0, rare, null)))
        .containsExactlyInAnyOrder("doc49", "doc99", "doc1999", "doc2000");
    assertThat(words("moss", 10, new Filter.Equal("version", -1))).isEmpty();
  }

  @Test
  void hitsAreJudgedByTheStoreWhereItIsAhead() {
    List<VectorRecord> deletes = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      apply(text("doc" + i, i, "moss"));
      deletes.add(delete("doc" + i, 1_000));
    }
    apply(text("long", 100, "moss " + "fern ".repeat(20)), text("other", 101, "fern"));
    // As between the two steps of a change.
    store.apply(GENERATION, deletes, Map.of());
    store.apply(GENERATION, List.of(text("long", 102, "moss moss moss")), Map.of());
    List<Candidate> found = index.search("moss", 2, null);
    assertThat(ids(found)).containsExactly("long");
    assertThat(found.get(0).document().position().offset()).isEqualTo(102);
    assertThat(words("moss", 2, new Filter.Equal("version", 100))).isEmpty();
  }

  @Test
  void aVersionThatTheIndexDoesNotHaveScoresAsIfItHad() {
    apply(text("a", 1, "moss and fern"), text("b", 2, "moss moss moss"), text("c", 3, "lichen"));
    float indexed = index.search("moss", 1, null).get(0).score();
    // The same text once more: all statistics stay, only the version differs.
    store.apply(GENERATION, List.of(text("b", 9, "moss moss moss")), Map.of());
    Candidate judged = index.search("moss", 1, null).get(0);
    assertThat(judged.document().position().offset()).isEqualTo(9);
    assertThat(judged.score()).isEqualTo(indexed);
  }

  @Test
  void aHybridAnswerFusesBothLists() {
    apply(
        upsert("near", 1, "lichen", List.of(passage(0, 6, 1, 0))),
        upsert("both", 2, "moss", List.of(passage(0, 4, 0.9f, 0))),
        upsert("word", 3, "moss moss", List.of(passage(0, 9, -1, 0))));
    List<Candidate> fused = index.search("moss", EAST, 1, 10, 0, null, null);
    assertThat(ids(fused)).containsExactly("word", "both", "near");
    assertThat(fused)
        .extracting(Candidate::score)
        .containsExactly(score(3, 1), score(2, 2), score(1));
    assertThat(ids(index.search("moss", EAST, 1, 1, 0, null, null))).containsExactly("word");
    assertThat(ids(index.search("moss", EAST, 8, 10, 0, null, null)))
        .containsExactly("near", "both", "word");
  }

  @Test
  void whatIsBelowAHybridAnswerIsTheBestByVectorThatItLacks() {
    apply(
        upsert("near", 1, "lichen", List.of(passage(0, 6, 1, 0))),
        upsert("both", 2, "moss", List.of(passage(0, 4, 0.9f, 0))),
        upsert("word", 3, "moss moss", List.of(passage(0, 9, -1, 0))),
        upsert("next", 4, "moss fern", List.of(passage(0, 9, 0.8f, 0))));
    assertThat(ids(index.search("moss", EAST, 1, 2, 0, null, null)))
        .containsExactly("both", "word");
    assertThat(ids(index.search("moss", EAST, 1, 2, 1, null, null)))
        .containsExactly("both", "word", "near");
    assertThat(ids(index.search("moss", EAST, 1, 2, 5, null, null)))
        .containsExactly("both", "word", "near", "next");
  }

  private static float score(int... ranks) {
    double sum = 0;
    for (int rank : ranks) {
      sum += 1.0 / (5 + rank);
    }
    return (float) sum;
  }

  @Test
  void theSnippetIsThePassageThatMatchesBest() {
    String text = "Grass grows. Moss is green, moss is soft. Fern and moss.";
    apply(
        upsert(
            "a",
            1,
            text,
            List.of(passage(0, 12, 1, 0), passage(13, 41, 0, 1), passage(42, 56, 0, 1))));
    assertThat(index.search("moss", 1, null).get(0).passage()).isEqualTo(1);
    assertThat(index.search("ferns", 1, null).get(0).passage()).isEqualTo(2);
    assertThat(index.search("title", 1, null).get(0).passage()).isEqualTo(0);
    assertThat(index.search("ferns", EAST, 1, 1, 0, null, null).get(0).passage()).isEqualTo(0);
  }

  @Test
  void longQueriesAreCutAndNotRefused() {
    apply(text("a", 1, "moss"));
    StringBuilder query = new StringBuilder("moss");
    for (int i = 0; i < 2_000; i++) {
      query.append(" w").append(i);
    }
    assertThat(words(query.toString())).containsExactly("a");
  }

  @Test
  void aLostFolderIsMadeAgain() throws IOException {
    apply(text("a", 1, "moss"), text("b", 2, "fern"), delete("b", 3));
    close();
    Folders.delete(lexical());
    open();
    assertThat(words("moss")).containsExactly("a");
    assertThat(words("fern")).isEmpty();
  }

  @Test
  void aDamagedFolderIsMadeAgain() throws IOException {
    for (String damaged : List.of(".cfs", "segments_", ".si")) {
      apply(text("a", offset + 1, "moss"), text("b", offset + 2, "fern"));
      close();
      damage(damaged);
      open();
      assertThat(words("moss")).containsExactly("a");
      assertThat(words("fern")).containsExactly("b");
    }
  }

  /** A byte in the middle of each file of that kind is another one. */
  private void damage(String name) throws IOException {
    int damaged = 0;
    try (Stream<Path> files = Files.list(lexical())) {
      for (Path file : files.filter(f -> f.toString().contains(name)).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 0x55;
        Files.write(file, bytes);
        damaged++;
      }
    }
    assertThat(damaged).as(name).isPositive();
  }

  @Test
  void anIndexThatIsBehindIsBroughtUpToDate() throws IOException {
    for (int i = 0; i < 100; i++) {
      apply(text("doc" + i, i, "moss"));
    }
    close();
    Path old = directory.resolve("old");
    copy(lexical(), old);
    open();
    for (int i = 0; i < 100; i += 3) {
      apply(i % 2 == 0 ? delete("doc" + i, 1_000) : text("doc" + i, 1_000, "fern"));
    }
    apply(text("a first", 1_000, "lichen"), text("last", 1_000, "lichen"));
    List<String> moss = words("moss", 1_000, null);
    List<String> fern = words("fern", 1_000, null);
    close();
    // What kill -9 leaves: the store has everything, the index what was committed before.
    Folders.delete(lexical());
    copy(old, lexical());
    open();
    assertThat(words("moss", 1_000, null)).hasSize(66).containsExactlyInAnyOrderElementsOf(moss);
    assertThat(words("fern", 1_000, null)).hasSize(17).containsExactlyInAnyOrderElementsOf(fern);
    assertThat(words("lichen")).containsExactlyInAnyOrder("a first", "last");
    reopen();
    assertThat(words("fern", 1_000, null)).containsExactlyInAnyOrderElementsOf(fern);
  }

  /** As when the power fails: what RocksDB had not synced is gone, and is read again from Kafka. */
  @Test
  void anIndexThatIsAheadIsBroughtBack() throws IOException {
    apply(text("a", 1, "moss"));
    close();
    Path old = directory.resolve("old");
    copy(directory.resolve("store"), old);
    open();
    apply(text("a", 2, "fern"), text("b", 3, "fern"));
    close();
    Path ahead = directory.resolve("ahead");
    copy(lexical(), ahead);
    Folders.delete(directory.resolve("store"));
    copy(old, directory.resolve("store"));
    Folders.delete(lexical());
    copy(ahead, lexical());
    open();
    assertThat(words("moss")).containsExactly("a");
    assertThat(words("fern")).isEmpty();
  }

  @Test
  void theFolderGoesWithTheGeneration() {
    apply(text("a", 1, "moss"));
    index.close();
    assertThat(lexical()).isDirectory();
    store.dropGeneration(GENERATION);
    assertThat(store.derived(GENERATION)).doesNotExist();
    index = GenerationIndex.open(store, GENERATION, DIMENSIONS, Corpus::decode);
    assertThat(words("moss")).isEmpty();
  }

  @Test
  void foldersWithoutAGenerationAreDeletedAtOpen() throws IOException {
    Path orphan = store.derived(GENERATION + 1);
    close();
    Files.createDirectories(orphan.resolve("lexical"));
    open();
    assertThat(orphan).doesNotExist();
    assertThat(store.derived(GENERATION)).isDirectory();
  }

  /**
   * Even versions say moss, odd ones fern: words, attribute and version of a hit must be of one
   * version. Documents that do not change are always there.
   */
  @Test
  void hitsAreNeverMixturesWhileDocumentsChange() throws Exception {
    for (int i = 0; i < 20; i++) {
      apply(text("stable" + i, 0, "moss and fern"));
    }
    AtomicBoolean written = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<?>> readers =
          List.of(
              threads.submit(() -> readUntil(written)), threads.submit(() -> readUntil(written)));
      Random random = new Random(2);
      for (int version = 1; version < 1_500; version++) {
        String id = "doc" + random.nextInt(10);
        apply(
            random.nextInt(5) == 0
                ? delete(id, version)
                : text(id, version, version % 2 == 0 ? "moss" : "fern"));
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
    do {
      for (String word : List.of("moss", "fern")) {
        List<Candidate> all = index.search(word, 100, null);
        assertThat(ids(all)).doesNotHaveDuplicates();
        assertThat(ids(all).stream().filter(id -> id.startsWith("stable"))).hasSize(20);
        assertThat(all)
            .allSatisfy(hit -> assertThat(index.decode(hit.document()).text()).contains(word));
        Filter changing = new Filter.Range("version", 0, null, null, null);
        assertThat(index.search(word, EAST, 1, 100, 0, changing, null))
            .allSatisfy(hit -> assertThat(hit.document().position().offset()).isPositive());
      }
    } while (!written.get());
  }

  private Path lexical() {
    return store.derived(GENERATION).resolve("lexical");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
