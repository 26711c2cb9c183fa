package dev.freshet.pipeline.search;

import static dev.freshet.pipeline.search.Corpus.DIMENSIONS;
import static dev.freshet.pipeline.search.Corpus.GENERATION;
import static dev.freshet.pipeline.search.Corpus.passage;
import static dev.freshet.pipeline.search.Corpus.upsert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.fail;

import dev.freshet.model.encoder.EncodingException;
import dev.freshet.model.encoder.Priority;
import dev.freshet.pipeline.FakeEncoder;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.SearchMode;
import dev.freshet.pipeline.store.StoreSettings;
import dev.freshet.pipeline.store.VectorStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSearcherTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private final FakeEncoder encoder = new FakeEncoder();
  private VectorStore store;
  private GenerationIndex index;
  private LocalSearcher searcher;
  private double progress = 1;

  @BeforeEach
  void open() {
    encoder.answer = CompletableFuture.completedFuture(new float[] {1, 0}); // every query is east
    store = VectorStore.open(directory, StoreSettings.defaults());
    index = GenerationIndex.open(store, GENERATION, DIMENSIONS, Corpus::decode);
    searcher = new LocalSearcher(GENERATION, index, encoder, 1, TIMEOUT, 1_000, () -> progress);
    index.apply(
        List.of(
            upsert(
                "a",
                1,
                "first passage. second passage.",
                List.of(passage(0, 15, 0, 1), passage(15, 30, 1, 0))),
            upsert("b", 2, 0.5f, 0.5f)),
        Map.of(0, 2L),
        (record, reason) -> fail(reason));
    index.markComplete();
  }

  @AfterEach
  void close() {
    index.close();
    store.close();
  }

  @Test
  void refusesToAnswerWhilePartsAreMissing(@TempDir Path empty) {
    try (VectorStore fresh = VectorStore.open(empty, StoreSettings.defaults());
        GenerationIndex incomplete =
            GenerationIndex.open(fresh, GENERATION, DIMENSIONS, Corpus::decode)) {
      var early =
          new LocalSearcher(
              GENERATION, incomplete, new FakeEncoder(), 1, Duration.ofSeconds(1), 10, () -> 0.5);
      SearchRequest request = new SearchRequest("east", 5, SearchMode.DENSE, null, null);
      assertThatExceptionOfType(GenerationNotReadyException.class)
          .isThrownBy(() -> early.search(request))
          .withMessageContaining("50 % done");
      // Perhaps it is there, perhaps it was deleted: what has been read does not tell.
      assertThatExceptionOfType(GenerationNotReadyException.class)
          .isThrownBy(() -> early.document("a"));
      incomplete.markComplete();
      assertThat(early.search(request).hits()).isEmpty();
    }
    try (VectorStore again = VectorStore.open(empty, StoreSettings.defaults());
        GenerationIndex complete =
            GenerationIndex.open(again, GENERATION, DIMENSIONS, Corpus::decode)) {
      assertThat(complete.isComplete()).isTrue();
    }
  }

  @Test
  void answersDocumentsWithTheirBestPassage() {
    SearchAnswer answer =
        searcher.search(new SearchRequest("east", 5, SearchMode.DENSE, null, null));
    assertThat(UUID.fromString(answer.queryId())).isNotNull();
    assertThat(answer.generation()).isEqualTo(GENERATION);
    assertThat(answer.tookMillis()).isPositive();
    assertThat(answer.hits())
        .containsExactly(
            new Hit("a", 1, "title of a", "second passage.", Map.of("version", 1L)),
            new Hit("b", 0.5, "title of b", "text", Map.of("version", 2L)));
    assertThat(encoder.priority).isEqualTo(Priority.QUERY);
  }

  @Test
  void findsWordsWithoutTheEncoder() {
    encoder.answer = CompletableFuture.failedFuture(new EncodingException("not needed"));
    List<Hit> hits =
        searcher.search(new SearchRequest("seconds", 5, SearchMode.LEXICAL, null, null)).hits();
    assertThat(hits).hasSize(1);
    assertThat(hits.get(0).id()).isEqualTo("a");
    assertThat(hits.get(0).score()).isPositive();
    assertThat(hits.get(0).snippet()).isEqualTo("second passage.");
    assertThat(encoder.priority).isNull();
  }

  @Test
  void aHybridAnswerHoldsWhatEitherListHas() {
    List<Hit> hits = searcher.search(new SearchRequest("first", 5, null, null)).hits();
    // a is the best of both lists, its passage is the nearest and not the one with the word.
    assertThat(hits)
        .containsExactly(
            new Hit("a", (float) (2 / 6.0), "title of a", "second passage.", Map.of("version", 1L)),
            new Hit("b", (float) (1 / 7.0), "title of b", "text", Map.of("version", 2L)));
    assertThat(searcher.search(new SearchRequest("first", 1, null, null)).hits())
        .containsExactly(hits.get(0));
    assertThat(searcher.search(new SearchRequest("nowhere", 5, null, null)).hits())
        .extracting(Hit::id)
        .containsExactly("a", "b");
  }

  @Test
  void honoursKAndFilter() {
    assertThat(searcher.search(new SearchRequest("east", 1, SearchMode.DENSE, null, null)).hits())
        .hasSize(1);
    Filter second = new Filter.Equal("version", 2);
    assertThat(searcher.search(new SearchRequest("east", 1, SearchMode.DENSE, second, null)).hits())
        .extracting(Hit::id)
        .containsExactly("b");
  }

  @Test
  void refusesWhatIsOutOfRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> searcher.search(new SearchRequest("east", 0, SearchMode.DENSE, null, null)))
        .withMessage("k is 0, it must be 1 to 1000");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> searcher.search(new SearchRequest("east", 1_001, SearchMode.DENSE, null, null)))
        .withMessageContaining("k is 1001");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> searcher.search(new SearchRequest(" ", 1, SearchMode.DENSE, null, null)))
        .withMessageContaining("blank");
  }

  @Test
  void saysThatTheEncoderIsBusyAndGivesTheQueryUp() {
    LocalSearcher impatient =
        new LocalSearcher(
            GENERATION, index, encoder, 1, Duration.ofMillis(1), 1_000, () -> progress);
    var never = new CompletableFuture<float[]>();
    encoder.answer = never;
    assertThatExceptionOfType(SearchTimeoutException.class)
        .isThrownBy(
            () -> impatient.search(new SearchRequest("east", 1, SearchMode.DENSE, null, null)))
        .withMessageContaining("within PT0.001S");
    assertThat(never).isCancelled();
  }

  @Test
  void passesOnWhyAQueryCannotBeEncoded() {
    EncodingException why = new EncodingException("not finite");
    encoder.answer = CompletableFuture.failedFuture(why);
    assertThatExceptionOfType(EncodingException.class)
        .isThrownBy(
            () -> searcher.search(new SearchRequest("east", 1, SearchMode.DENSE, null, null)))
        .isSameAs(why);
  }

  @Test
  void theDenseListCountsAsMuchAsItIsGiven() {
    var weighted = new LocalSearcher(GENERATION, index, encoder, 4, TIMEOUT, 10, () -> progress);
    List<Hit> hits =
        weighted.search(new SearchRequest("first", 5, SearchMode.HYBRID, null, null)).hits();
    assertThat(hits).extracting(Hit::id).startsWith("a");
    assertThat(hits.get(0).score()).isEqualTo((float) (4 / 6.0 + 1 / 6.0));
    assertThat(hits.get(1).score()).isEqualTo((float) (4 / 7.0));
    assertThat(
            weighted
                .lists(new ShardQuery("first", SearchMode.DENSE, 5, 1, null, GENERATION, null))
                .denseWeight())
        .isEqualTo(4);
  }

  @Test
  void tellsBothListsWithWhatIsShownOnce() {
    ShardLists lists =
        searcher.lists(new ShardQuery("first", SearchMode.HYBRID, 5, 1, null, GENERATION, null));
    assertThat(lists.generation()).isEqualTo(GENERATION);
    assertThat(lists.dense()).extracting(ShardHit::id).containsExactly("a", "b");
    assertThat(lists.dense().get(0).shown())
        .isEqualTo(new ShardHit.Shown("title of a", "second passage.", Map.of("version", 1L)));
    assertThat(lists.dense().get(1).shown()).as("too low").isNull();
    assertThat(lists.lexical()).extracting(ShardHit::id).containsExactly("a");
    assertThat(lists.lexical().get(0).shown()).as("shown already").isNull();
    assertThat(lists.lexical().get(0).version()).isEqualTo(lists.dense().get(0).version());

    ShardLists words =
        searcher.lists(new ShardQuery("first", SearchMode.LEXICAL, 5, 1, null, GENERATION, null));
    assertThat(words.dense()).isEmpty();
    assertThat(words.lexical().get(0).shown()).isNotNull();
  }

  @Test
  void knowsWhichVersionsAreOld() {
    DocumentVersion own =
        searcher
            .lists(new ShardQuery("east", SearchMode.DENSE, 1, 1, null, GENERATION, null))
            .dense()
            .get(0)
            .version();
    DocumentVersion older = new DocumentVersion(own.id(), own.partition() + 1, 9, own.millis() - 1);
    DocumentVersion newer = new DocumentVersion(own.id(), own.partition() + 1, 0, own.millis() + 1);
    DocumentVersion unknown = new DocumentVersion("none", 0, 0, 0);
    assertThat(searcher.superseded(List.of(own, newer, unknown))).isEmpty();
    assertThat(searcher.superseded(List.of(older, unknown))).containsExactly(own.id());
    assertThat(searcher.known(own.id()).version()).isEqualTo(own);
    assertThat(searcher.known(own.id()).document()).isNotNull();
    assertThat(searcher.known("none")).isEqualTo(new ShardDocument(null, null));
  }

  @Test
  void refusesAnEncoderOfOtherDimensions() {
    encoder.dimensions = 8;
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new LocalSearcher(GENERATION, index, encoder, 1, TIMEOUT, 1_000, () -> progress))
        .withMessage("the encoder yields 8 dimensions, generation 3 has 2");
  }

  @Test
  void tellsDocuments() {
    assertThat(searcher.document("b").map(Document::text)).contains("text of b");
    assertThat(searcher.document("none")).isEmpty();
  }
}
