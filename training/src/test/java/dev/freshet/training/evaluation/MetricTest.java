package dev.freshet.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.training.corpus.Judgement;
import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.retrieval.Run;
import dev.freshet.training.retrieval.ScoredDocument;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The values are worked out by hand from trec_eval's definitions. */
class MetricTest {
  private static final double LOG2_OF_3 = 1.584962500721156;
  private static final double LOG2_OF_5 = 2.321928094887362;

  /** Three relevant documents of different grades, one judged as not relevant. */
  private static final Qrels QRELS =
      new Qrels(
          List.of(
              new Judgement("q", "d1", 3),
              new Judgement("q", "d2", 2),
              new Judgement("q", "d3", 1),
              new Judgement("q", "d4", 0)));

  /** d5 was never judged, d3 is not found. */
  private static final JudgedRanking GRADED =
      QRELS.judge("q", ranking("d5", 0.9f, "d2", 0.8f, "d4", 0.7f, "d1", 0.6f));

  private static Ranking ranking(Object... idsAndScores) {
    ScoredDocument[] documents = new ScoredDocument[idsAndScores.length / 2];
    for (int i = 0; i < documents.length; i++) {
      documents[i] =
          new ScoredDocument((String) idsAndScores[2 * i], (Float) idsAndScores[2 * i + 1]);
    }
    return Ranking.of(List.of(documents));
  }

  private static void assertValue(Metric metric, JudgedRanking ranking, double expected) {
    assertThat(metric.of(ranking)).as(metric.label()).isCloseTo(expected, within(1e-12));
  }

  @Test
  void gainIsTheGradeDiscountedByTheLogarithmOfTheRank() {
    double gain = 2 / LOG2_OF_3 + 3 / LOG2_OF_5; // grades 0 2 0 3
    double ideal = 3 + 2 / LOG2_OF_3 + 1 / 2.0; // grades 3 2 1; log2(4) = 2
    assertValue(new Ndcg(10), GRADED, gain / ideal);
    assertThat(new Ndcg(10).of(GRADED)).isCloseTo(0.536322, within(1e-6));
  }

  @Test
  void theIdealIsCutOffToo() {
    assertValue(new Ndcg(2), GRADED, (2 / LOG2_OF_3) / (3 + 2 / LOG2_OF_3));
    assertValue(new Ndcg(1), GRADED, 0);
  }

  @Test
  void averagePrecisionCountsWhatIsNotFound() {
    // Precision 1/2 at rank 2, 2/4 at rank 4, 0 for d3.
    assertValue(new AveragePrecision(100), GRADED, (1 / 2.0 + 2 / 4.0 + 0) / 3);
    assertValue(new AveragePrecision(3), GRADED, 1 / 2.0 / 3);
  }

  @Test
  void reciprocalRankIsOfTheFirstRelevantBeforeTheCutoff() {
    assertValue(new ReciprocalRank(10), GRADED, 1 / 2.0);
    assertValue(new ReciprocalRank(2), GRADED, 1 / 2.0);
    assertValue(new ReciprocalRank(1), GRADED, 0);
  }

  @Test
  void recallIsTheShareOfTheRelevant() {
    assertValue(new Recall(1), GRADED, 0);
    assertValue(new Recall(2), GRADED, 1 / 3.0);
    assertValue(new Recall(100), GRADED, 2 / 3.0);
  }

  @Test
  void successIsOneRelevantDocument() {
    assertValue(new Success(1), GRADED, 0);
    assertValue(new Success(2), GRADED, 1);
    assertValue(new Success(100), GRADED, 1);
  }

  @Test
  void theBestRankingHasOneInEveryMeasure() {
    JudgedRanking best = QRELS.judge("q", ranking("d1", 3f, "d2", 2f, "d3", 1f));
    for (Metric metric : everyMetric()) {
      assertValue(metric, best, 1);
    }
  }

  @Test
  void anEmptyRankingHasZeroInEveryMeasure() {
    JudgedRanking empty = QRELS.judge("q", Ranking.empty());
    for (Metric metric : everyMetric()) {
      assertValue(metric, empty, 0);
    }
  }

  private static List<Metric> everyMetric() {
    return List.of(
        new Ndcg(10),
        new ReciprocalRank(10),
        new AveragePrecision(100),
        new Recall(3),
        new Success(10));
  }

  @Test
  void ofEqualScoresTheLargerIdComesFirst() {
    // As text "d2" > "d10" > "d1": the relevant d10 is second.
    JudgedRanking tied =
        new Qrels(List.of(new Judgement("q", "d10", 1)))
            .judge("q", ranking("d1", 1f, "d10", 1f, "d2", 1f));
    assertValue(new ReciprocalRank(10), tied, 1 / 2.0);
    assertValue(new Ndcg(10), tied, 1 / LOG2_OF_3);
    assertValue(new Success(1), tied, 0);
  }

  @Test
  void aGradeBelowZeroIsAsGoodAsNone() {
    JudgedRanking spam = new JudgedRanking(new int[] {-2, 1}, new int[] {1});
    assertValue(new Ndcg(10), spam, 1 / LOG2_OF_3);
    assertValue(new AveragePrecision(100), spam, 1 / 2.0);
    assertValue(new Recall(1), spam, 0);
  }

  @Test
  void aQueryThatTheRunLeavesOutCountsAsZero() {
    Qrels qrels =
        new Qrels(
            List.of(
                new Judgement("found", "d1", 1),
                new Judgement("missing", "d1", 1),
                new Judgement("nothing-relevant", "d1", 0)));
    Run run =
        new Run(
            Map.of(
                "found", ranking("d1", 1f),
                "nothing-relevant", ranking("d1", 1f),
                "unknown", ranking("d1", 1f)));
    Metric metric = new Success(10);
    RunScores scores = new RunScores(run, qrels, List.of(metric));
    assertThat(scores.queries()).containsExactly("found", "missing", "nothing-relevant");
    assertThat(scores.perQuery(metric)).containsExactly(1, 0, 0);
    assertThat(scores.mean(metric)).isEqualTo(1 / 3.0);
    assertThat(scores.mean(metric, "found"::equals)).isEqualTo(1);
  }

  @Test
  void whereNothingIsRelevantEveryMeasureIsZero() {
    JudgedRanking nothing =
        new Qrels(List.of(new Judgement("q", "d1", 0), new Judgement("q", "d2", -1)))
            .judge("q", ranking("d1", 2f, "d2", 1f));
    everyMetric().forEach(metric -> assertValue(metric, nothing, 0));
  }

  @Test
  void refusesToAverageOverNothing() {
    Run run = new Run(Map.of());
    Qrels none = new Qrels(List.of(new Judgement("q", "d", 0)));
    assertThatThrownBy(() -> new RunScores(run, none, everyMetric()))
        .hasMessage("no query has a relevant document");
    RunScores scores = new RunScores(run, QRELS, everyMetric());
    assertThatThrownBy(() -> scores.mean(new Ndcg(10), "other"::equals))
        .hasMessage("no query was chosen");
    assertThatThrownBy(() -> scores.mean(new Ndcg(11)))
        .hasMessage("nDCG@11 was not among the measures");
  }

  @Test
  void refusesACutoffBelowOne() {
    assertThatThrownBy(() -> new Ndcg(0)).hasMessage("cutoff must be at least 1, was 0");
  }
}
