package dev.freshet.training.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.corpus.Judgement;
import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.retrieval.Run;
import dev.freshet.training.retrieval.ScoredDocument;
import dev.freshet.training.sampling.TrainingExample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabCollectionTest {
  private static final int DOCUMENTS = 200;
  private static final int QUERIES = 600;
  private static final int BEST = 2;

  /**
   * Each query has a so-so answer, which is judged first, and a good one, which others share. What
   * is so-so for one is good for none; half of the documents answer nothing.
   */
  private static final CorpusCollection GRADED = graded();

  private static CorpusCollection graded() {
    List<CorpusQuery> queries = new ArrayList<>();
    List<Judgement> judgements = new ArrayList<>();
    for (int i = 0; i < QUERIES; i++) {
      queries.add(new CorpusQuery("q" + i, "query " + i, null));
      judgements.add(new Judgement("q" + i, "d" + (DOCUMENTS / 2 + i % 97), 1));
      judgements.add(new Judgement("q" + i, "d" + i % (DOCUMENTS / 2), BEST));
    }
    List<CorpusDocument> documents =
        IntStream.range(0, 2 * DOCUMENTS)
            .mapToObj(i -> new CorpusDocument("d" + i, "", "text " + i, Map.of()))
            .toList();
    return new CorpusCollection(documents, queries, judgements);
  }

  private static final Map<String, String> BEST_ANSWERS =
      GRADED.judgements().stream()
          .filter(judgement -> judgement.grade() == BEST)
          .collect(Collectors.toMap(Judgement::queryId, Judgement::documentId));

  private static Set<String> bestAnswers(List<CorpusQuery> queries) {
    Set<String> best = new HashSet<>();
    queries.forEach(query -> best.add(BEST_ANSWERS.getOrDefault(query.id(), "none")));
    return best;
  }

  @Test
  void noBestAnswerIsOneOfTwoPartsWhateverIsJudgedFirst() {
    LabCollection lab = LabCollection.of(GRADED, QUERIES, 1);
    Set<String> trained = bestAnswers(lab.trainQueries());
    Set<String> heldOut = bestAnswers(lab.heldOut().queries());
    Set<String> tested = bestAnswers(lab.test().queries());
    assertThat(trained).isNotEmpty().doesNotContainAnyElementsOf(heldOut);
    assertThat(tested).isNotEmpty().doesNotContainAnyElementsOf(trained);
    assertThat(heldOut).isNotEmpty().doesNotContainAnyElementsOf(tested);
    assertThat(
            lab.trainQueries().size()
                + lab.heldOut().queries().size()
                + lab.test().queries().size())
        .isEqualTo(QUERIES);
  }

  @Test
  void anAnswerCountsByItsGrade() {
    LabCollection lab = LabCollection.of(GRADED, QUERIES, 1);
    Map<String, List<Double>> weights = new HashMap<>();
    for (TrainingExample example : lab.examples()) {
      weights.computeIfAbsent(example.query().id(), q -> new ArrayList<>()).add(example.weight());
    }
    assertThat(weights.values()).allSatisfy(each -> assertThat(each).containsExactly(1.0, 0.5));
  }

  @Test
  void fewerThatAreLookedAtLeaveTheRestUntrained() {
    LabCollection all = LabCollection.of(GRADED, QUERIES, 1);
    LabCollection few = LabCollection.of(GRADED, 5, 20);
    assertThat(few.heldOut().queries()).hasSize(5);
    assertThat(few.heldOut().documents()).hasSize(20);
    assertThat(few.trainQueries()).isEqualTo(all.trainQueries());
  }

  @Test
  void thereAreAsManyHardNegativesAsAreDrawnWhereTheyAreFound() {
    LabCollection lab = LabCollection.of(GRADED, QUERIES, 1);
    // Nothing that is an answer to any query.
    Ranking ranking =
        Ranking.of(
            IntStream.range(0, FirstStage.DEPTH)
                .mapToObj(i -> new ScoredDocument("d" + (DOCUMENTS + i), FirstStage.DEPTH - i))
                .toList());
    Map<String, Ranking> rankings = new HashMap<>();
    lab.trainQueries().forEach(query -> rankings.put(query.id(), ranking));
    Run found = new Run(rankings);
    assertThat(fewest(lab.withHardNegatives(found, 1))).isEqualTo(30);
    assertThat(fewest(lab.withHardNegatives(found, 40))).isEqualTo(40);
    assertThat(fewest(lab.withHardNegatives(found, FirstStage.DEPTH + 1)))
        .isEqualTo(FirstStage.DEPTH);
  }

  private static int fewest(LabCollection lab) {
    return lab.examples().stream()
        .mapToInt(example -> example.negatives().size())
        .min()
        .orElseThrow();
  }
}
