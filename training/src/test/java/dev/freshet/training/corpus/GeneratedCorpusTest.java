package dev.freshet.training.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedCorpusTest {
  private static final long SEED = 1;
  private static final String SHA_256_OF_DEFAULT =
      "1461008a4a7d1b202295a299f1391a6c67dce48398c239181adbe8d4ee14aec5";
  private static final CorpusSize SMALL = new CorpusSize(300, 20);

  private static CorpusCollection corpus;
  private static ContentWords contentWords;
  private static Map<String, CorpusDocument> documents;
  private static Map<String, CorpusQuery> queries;

  @BeforeAll
  static void generate() {
    corpus = GeneratedCorpus.generate(SEED);
    contentWords = new WorldLoader(WorldFile::resource).load().contentWords();
    documents =
        corpus.documents().stream().collect(Collectors.toMap(CorpusDocument::id, each -> each));
    queries = corpus.queries().stream().collect(Collectors.toMap(CorpusQuery::id, each -> each));
  }

  private static List<CorpusQuery> of(QueryRegister register) {
    return corpus.queries().stream().filter(query -> query.register() == register).toList();
  }

  private static String words(CorpusDocument document) {
    return document.title() + " " + document.text();
  }

  private static CorpusDocument document(String id) {
    return Objects.requireNonNull(documents.get(id), () -> "no document " + id);
  }

  private static CorpusQuery query(String id) {
    return Objects.requireNonNull(queries.get(id), () -> "no query " + id);
  }

  private static Set<String> shared(Judgement judgement) {
    Set<String> shared = new HashSet<>(contentWords.stems(query(judgement.queryId()).text()));
    shared.retainAll(contentWords.stems(words(document(judgement.documentId()))));
    return shared;
  }

  private static List<Judgement> judgements(QueryRegister register) {
    return corpus.judgements().stream()
        .filter(judgement -> query(judgement.queryId()).register() == register)
        .toList();
  }

  @Test
  void hasTheSizeAskedFor() {
    assertThat(corpus.documents()).hasSize(CorpusSize.DEFAULT.documents());
    for (QueryRegister register : QueryRegister.values()) {
      assertThat(of(register)).hasSize(CorpusSize.DEFAULT.queriesPerRegister());
    }
  }

  @Test
  void idsAndTextsAreUnique() {
    assertThat(documents).hasSize(corpus.documents().size());
    assertThat(queries).hasSize(corpus.queries().size());
    assertThat(corpus.documents().stream().map(CorpusDocument::text)).doesNotHaveDuplicates();
    assertThat(corpus.queries().stream().map(CorpusQuery::text)).doesNotHaveDuplicates();
  }

  /** The number that an id ends with is not part of the topic. */
  @Test
  void noTwoPagesAnswerTheSame() {
    assertThat(documents.keySet().stream().map(id -> id.replaceFirst("-[0-9]+$", "")))
        .doesNotHaveDuplicates();
  }

  @Test
  void judgementsNameWhatIsThereAndEveryQueryHasOneAnswer() {
    Map<String, Integer> answers = new HashMap<>();
    for (Judgement judgement : corpus.judgements()) {
      document(judgement.documentId());
      query(judgement.queryId());
      assertThat(judgement.grade()).isBetween(1, 2);
      answers.merge(judgement.queryId(), judgement.grade() - 1, Integer::sum);
    }
    assertThat(answers.keySet()).isEqualTo(queries.keySet());
    assertThat(answers.values()).containsOnly(1);
  }

  @Test
  void everydayQueriesShareNoContentWordWithAnyJudgedDocument() {
    List<Judgement> everyday = judgements(QueryRegister.EVERYDAY);
    assertThat(everyday).hasSizeGreaterThan(CorpusSize.DEFAULT.queriesPerRegister() * 5);
    for (Judgement judgement : everyday) {
      assertThat(shared(judgement)).as("%s", judgement).isEmpty();
    }
  }

  @Test
  void everydayQueriesHaveContent() {
    for (CorpusQuery query : of(QueryRegister.EVERYDAY)) {
      assertThat(contentWords.stems(query.text())).as(query.text()).hasSizeGreaterThan(1);
    }
  }

  @Test
  void everydayWordsOccurInOtherDocuments() {
    Set<String> known = new HashSet<>();
    corpus.documents().forEach(document -> known.addAll(contentWords.stems(words(document))));
    for (CorpusQuery query : of(QueryRegister.EVERYDAY)) {
      assertThat(known).as(query.text()).containsAll(contentWords.stems(query.text()));
    }
  }

  @Test
  void termsAreWordsOfTheAnswer() {
    for (Judgement judgement : judgements(QueryRegister.TERMS)) {
      if (judgement.grade() == 2) {
        assertThat(ContentWords.words(words(document(judgement.documentId()))))
            .containsAll(ContentWords.words(query(judgement.queryId()).text()));
      }
    }
  }

  @Test
  void questionsShareSomeWordsWithTheAnswer() {
    for (Judgement judgement : judgements(QueryRegister.QUESTION)) {
      if (judgement.grade() == 2) {
        assertThat(shared(judgement)).as("%s", judgement).hasSizeGreaterThanOrEqualTo(5);
      }
    }
  }

  @Test
  void documentsAreShortTextsWithATitleAndAttributes() {
    for (CorpusDocument document : corpus.documents()) {
      assertThat(document.title()).isNotBlank();
      assertThat(ContentWords.words(document.text())).as(document.text()).hasSizeBetween(40, 150);
      assertThat(document.text()).doesNotContain("{", "}", "[", "]", "|", "  ");
      assertThat(document.attributes()).containsOnlyKeys("area", "season", "difficulty");
    }
  }

  @Test
  void vocabularyIsOfThousands() {
    Set<String> words = new HashSet<>();
    corpus.documents().forEach(document -> words.addAll(ContentWords.words(words(document))));
    assertThat(words).hasSizeGreaterThan(3_000);
  }

  /**
   * Of the distinct runs of three words in two texts, the part that is in both. Pages share
   * sentences, by two or three out of six; from a half on they would say the same of another thing.
   */
  @Test
  void noTwoDocumentsShareHalfOfTheirRunsOfThreeWords() {
    Map<String, List<Integer>> holders = new HashMap<>();
    List<Set<String>> runs = new ArrayList<>();
    double most = 0;
    for (CorpusDocument document : corpus.documents()) {
      Set<String> own = runsOfThree(document.text());
      int[] common = new int[runs.size()];
      for (String run : own) {
        List<Integer> before = holders.computeIfAbsent(run, each -> new ArrayList<>());
        before.forEach(other -> common[other]++);
        before.add(runs.size());
      }
      for (int other = 0; other < common.length; other++) {
        int union = own.size() + runs.get(other).size() - common[other];
        most = Math.max(most, (double) common[other] / union);
      }
      runs.add(own);
    }
    assertThat(most).isBetween(0.2, 0.5);
  }

  private static Set<String> runsOfThree(String text) {
    List<String> words = ContentWords.words(text);
    Set<String> runs = new HashSet<>();
    for (int at = 0; at + 2 < words.size(); at++) {
      runs.add(String.join(" ", words.subList(at, at + 3)));
    }
    return runs;
  }

  @Test
  void partsShareNoQueryAndNoJudgedDocument() {
    CorpusCollection train = corpus.part(CorpusPart.TRAIN);
    CorpusCollection test = corpus.part(CorpusPart.TEST);
    assertThat(train.queries().size() + test.queries().size()).isEqualTo(queries.size());
    assertThat(judged(train)).doesNotContainAnyElementsOf(judged(test));
    assertThat((double) test.queries().size() / queries.size()).isBetween(0.15, 0.25);
    for (QueryRegister register : QueryRegister.values()) {
      assertThat(test.queries().stream().filter(query -> query.register() == register).count())
          .isGreaterThan(CorpusSize.DEFAULT.queriesPerRegister() / 10);
    }
  }

  private static Set<String> judged(CorpusCollection part) {
    return part.judgements().stream().map(Judgement::documentId).collect(Collectors.toSet());
  }

  @Test
  void filesOfTheDefaultCorpusAreTheSameOnEveryPlatform(@TempDir Path folder)
      throws IOException, NoSuchAlgorithmException {
    CollectionFolder.write(folder, corpus);
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    for (String file : List.of("documents.jsonl", "queries.jsonl", "qrels.tsv")) {
      sha256.update(Files.readAllBytes(folder.resolve(file)));
    }
    assertThat(HexFormat.of().formatHex(sha256.digest())).isEqualTo(SHA_256_OF_DEFAULT);
  }

  @Test
  void seedAndSizeDecideTheCorpus() {
    CorpusCollection small = GeneratedCorpus.generate(SMALL, 7);
    assertThat(GeneratedCorpus.generate(SMALL, 7)).isEqualTo(small);
    assertThat(GeneratedCorpus.generate(SMALL, 8)).isNotEqualTo(small);
    assertThat(small.documents()).hasSize(SMALL.documents());
    assertThat(small.queries()).hasSize(SMALL.queriesPerRegister() * QueryRegister.values().length);
  }

  @Test
  void refusesWhatTheWorldCannotGive() {
    assertThatThrownBy(() -> GeneratedCorpus.generate(new CorpusSize(100_000, 1), SEED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("documents must be at most")
        .hasMessageContaining("were 100000");
    assertThatThrownBy(() -> GeneratedCorpus.generate(new CorpusSize(100, 101), SEED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("queriesPerRegister must be at most")
        .hasMessageContaining("was 101");
    assertThatThrownBy(() -> new CorpusSize(0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("documents must be at least 1, was 0");
  }

  @Test
  void queryWithoutRelevantDocumentIsInNoPart() {
    CorpusCollection collection =
        new CorpusCollection(
            List.of(new CorpusDocument("d", "", "text", Map.of())),
            List.of(new CorpusQuery("q", "text", null)),
            List.of(new Judgement("q", "d", 0)));
    for (CorpusPart part : CorpusPart.values()) {
      assertThat(collection.part(part).queries()).isEmpty();
      assertThat(collection.part(part).documents()).hasSize(1);
    }
  }

  @Test
  void partFollowsTheHashOfTheId() {
    // "b" hashes to e9..., whose first bit is set: as a signed number it would be negative.
    assertThat(Stream.of("b", "boiler", "document-2").map(CorpusPart::of))
        .containsOnly(CorpusPart.TEST);
    assertThat(Stream.of("a", "c", "d", "oven", "kettle").map(CorpusPart::of))
        .containsOnly(CorpusPart.TRAIN);
  }
}
