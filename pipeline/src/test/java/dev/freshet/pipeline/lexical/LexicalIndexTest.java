package dev.freshet.pipeline.lexical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.Position;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.retrieval.Bm25Retriever;
import dev.freshet.training.retrieval.Ranking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LexicalIndexTest {
  @TempDir private Path folder;
  private final AtomicLong nanos = new AtomicLong();

  private static Document document(String id, String text) {
    return new Document(id, "", text, Map.of(), null);
  }

  private static Position at(long offset) {
    return new Position(2, offset);
  }

  private static List<String> find(LexicalIndex index, String query) {
    try (LexicalSearch search = index.search(query)) {
      return search.best(100, null).stream().map(LexicalHit::id).toList();
    }
  }

  private LexicalIndex open() {
    return LexicalIndex.open(folder, LexicalFiles.PLAIN, nanos::get);
  }

  private LexicalIndex openEmpty() {
    LexicalIndex index = open();
    try (LexicalCatchUp catchUp = index.catchUp()) {
      catchUp.finish(Map.of());
    }
    return index;
  }

  @Test
  void ranksAsTheOfflineBaselineDoes() throws IOException {
    List<CorpusDocument> documents = new ArrayList<>();
    Random random = new Random(5);
    String[] words = {"moss", "fern", "lichen", "river", "stone", "the", "running", "ran"};
    for (int i = 0; i < 300; i++) {
      StringBuilder text = new StringBuilder();
      for (int word = random.nextInt(40); word >= 0; word--) {
        text.append(words[random.nextInt(words.length)]).append(' ');
      }
      documents.add(
          new CorpusDocument("d" + i, "title " + words[i % 5], text.toString(), Map.of()));
    }
    String query = "mosses running by the river, moss";
    try (LexicalIndex index = openEmpty();
        Bm25Retriever baseline = new Bm25Retriever(documents)) {
      for (CorpusDocument one : documents) {
        index.put(
            new Document(one.id(), one.title(), one.text(), Map.of(), null), at(documents.size()));
      }
      Ranking expected =
          baseline.retrieve(List.of(new CorpusQuery("q", query, null)), 300).ranking("q");
      try (LexicalSearch search = index.search(query)) {
        List<LexicalHit> hits = search.best(300, null);
        assertThat(hits).hasSameSizeAs(expected.ids());
        for (int i = 0; i < hits.size(); i++) {
          LexicalHit hit = hits.get(i);
          assertThat(hit.score()).isEqualTo(expected.get(i).score());
          CorpusDocument scored = documents.get(Integer.parseInt(hit.id().substring(1)));
          Document again = new Document(hit.id(), scored.title(), scored.text(), Map.of(), null);
          assertThat(search.score(again)).isCloseTo(hit.score(), within(1e-5f));
        }
      }
    }
  }

  @Test
  void aHitNamesTheVersionThatWasScored() {
    try (LexicalIndex index = openEmpty()) {
      index.put(document("a", "moss"), at(7));
      index.put(document("a", "moss moss"), new Position(3, 1L << 40));
      try (LexicalSearch search = index.search("moss")) {
        assertThat(search.best(10, null))
            .extracting(LexicalHit::position)
            .containsExactly(new Position(3, 1L << 40));
        assertThat(search.best(10, id -> !id.equals("a"))).isEmpty();
        index.remove("a");
        assertThat(search.best(10, null)).as("as it began").hasSize(1);
      }
      assertThat(find(index, "moss")).isEmpty();
    }
  }

  @Test
  void knowsUpToWhereItFollowsTheStore() {
    try (LexicalIndex index = open()) {
      assertThat(index.agreesWith(Map.of(), 0)).as("nobody has looked yet").isFalse();
    }
    try (LexicalIndex index = openEmpty()) {
      index.put(document("a", "moss"), at(7));
      index.settle(Map.of(0, 8L, 1, 3L));
      index.settle(Map.of(1, 4L));
      assertThat(index.agreesWith(Map.of(0, 8L, 1, 4L), 1)).isTrue();
    }
    try (LexicalIndex index = open()) {
      assertThat(index.agreesWith(Map.of(0, 8L, 1, 4L), 1)).isTrue();
      assertThat(index.agreesWith(Map.of(0, 8L, 1, 3L), 1)).isFalse();
      assertThat(index.agreesWith(Map.of(0, 8L, 1, 4L), 2)).isFalse();
    }
  }

  @Test
  void commitsNowAndThen(@TempDir Path copies) throws IOException {
    try (LexicalIndex index = openEmpty()) {
      index.put(document("a", "moss"), at(1));
      index.settle(Map.of(0, 1L));
      nanos.addAndGet(LexicalIndex.COMMIT_INTERVAL.toNanos() - 1);
      index.put(document("b", "moss"), at(2));
      index.settle(Map.of(0, 2L));
      try (LexicalIndex killed =
          LexicalIndex.open(copy(copies.resolve("before")), LexicalFiles.PLAIN)) {
        assertThat(killed.agreesWith(Map.of(), 0)).isTrue();
      }
      nanos.addAndGet(1);
      index.settle(Map.of(0, 3L));
      index.put(document("c", "moss"), at(4));
      index.settle(Map.of(0, 4L));
      try (LexicalIndex killed =
          LexicalIndex.open(copy(copies.resolve("after")), LexicalFiles.PLAIN)) {
        assertThat(killed.agreesWith(Map.of(0, 3L), 2)).isTrue();
        assertThat(find(killed, "moss")).containsExactlyInAnyOrder("a", "b");
      }
    }
  }

  /** The store has taken an update by then: documents are as many as before. */
  @Test
  void whoDiesBeforeWhatIsAheadIsWrittenAgreesWithNoStore(@TempDir Path copies) throws IOException {
    try (LexicalIndex index = openEmpty()) {
      index.put(document("a", "moss"), at(1));
      nanos.addAndGet(LexicalIndex.COMMIT_INTERVAL.toNanos());
      index.settle(Map.of(0, 1L));
      index.runAhead();
      try (LexicalIndex killed =
          LexicalIndex.open(copy(copies.resolve("between")), LexicalFiles.PLAIN)) {
        assertThat(killed.agreesWith(Map.of(0, 1L), 1)).isFalse();
        assertThat(killed.agreesWith(Map.of(), 1)).isFalse();
      }
      index.put(document("a", "fern"), at(5));
      index.settle(Map.of());
      try (LexicalIndex killed =
          LexicalIndex.open(copy(copies.resolve("after")), LexicalFiles.PLAIN)) {
        assertThat(killed.agreesWith(Map.of(0, 1L), 1)).isTrue();
      }
    }
  }

  /** By the offsets alone a restart could not tell that they are missing. */
  @Test
  void whatIsAheadOfAllOffsetsIsCommittedAtOnce(@TempDir Path copies) throws IOException {
    try (LexicalIndex index = openEmpty()) {
      index.put(document("a", "moss"), at(1));
      index.settle(Map.of(0, 1L));
      index.put(document("a", "fern"), at(5));
      index.settle(Map.of());
      try (LexicalIndex killed = LexicalIndex.open(copy(copies), LexicalFiles.PLAIN)) {
        assertThat(killed.agreesWith(Map.of(0, 1L), 1)).isTrue();
        assertThat(find(killed, "fern")).containsExactly("a");
      }
    }
  }

  private Path copy(Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(String.valueOf(file.getFileName())));
      }
    }
    return to;
  }

  @Test
  void aCatchUpThatIsNotFinishedCommitsNothing() {
    try (LexicalIndex index = openEmpty()) {
      index.put(document("a", "moss"), at(1));
      index.settle(Map.of(0, 1L));
    }
    try (LexicalIndex index = open();
        LexicalCatchUp catchUp = index.catchUp()) {
      catchUp.visit(document("b", "fern"), at(2));
    }
    try (LexicalIndex index = open()) {
      assertThat(index.agreesWith(Map.of(0, 1L), 1)).isTrue();
      assertThat(find(index, "moss")).containsExactly("a");
    }
  }

  @Test
  void anIndexOfAnotherVersionIsBegunAnew() throws IOException {
    try (LexicalIndex index = openEmpty()) {
      index.put(document("a", "moss"), at(1));
      index.settle(Map.of(0, 1L));
    }
    OtherVersion.write(folder);
    try (LexicalIndex index = open()) {
      assertThat(find(index, "moss")).isEmpty();
      assertThat(index.agreesWith(Map.of(0, 1L), 1)).isFalse();
    }
  }

  @Test
  void refusesAFolderThatIsInUse() {
    try (LexicalIndex index = openEmpty()) {
      index.put(document("a", "moss"), at(1));
      assertThatExceptionOfType(LexicalIndexException.class)
          .isThrownBy(this::open)
          .withMessageContaining("in use");
      assertThat(find(index, "moss")).containsExactly("a");
    }
  }

  @Test
  void saysThatItIsClosed() {
    LexicalIndex index = openEmpty();
    index.close();
    index.close();
    assertThatIllegalStateException().isThrownBy(() -> index.search("moss"));
    assertThatExceptionOfType(LexicalIndexException.class)
        .isThrownBy(() -> index.put(document("a", "moss"), at(1)));
  }
}
