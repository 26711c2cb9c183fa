package dev.freshet.training.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.training.click.Attractiveness;
import dev.freshet.training.click.ClickLog;
import dev.freshet.training.click.ClickModel;
import dev.freshet.training.click.DebiasedClicks;
import dev.freshet.training.click.Estimator;
import dev.freshet.training.click.ExaminationCurve;
import dev.freshet.training.click.Impression;
import dev.freshet.training.click.Likeness;
import dev.freshet.training.click.Page;
import dev.freshet.training.click.PositionBasedModel;
import dev.freshet.training.click.RandomClicker;
import dev.freshet.training.click.TrainingPair;
import dev.freshet.training.corpus.Judgement;
import dev.freshet.training.evaluation.Qrels;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClickEvidenceTest {
  private static final int QUERIES = 100;

  /** Of each query one document answers, and for three in four another one does in part. */
  private static final Qrels TRUTH =
      new Qrels(
          IntStream.range(0, QUERIES)
              .boxed()
              .flatMap(
                  query ->
                      IntStream.range(0, query % 4 == 0 ? 1 : 2)
                          .mapToObj(
                              i ->
                                  new Judgement(
                                      "q" + query, document(query, query % 3 + i), 2 - i)))
              .toList());

  private static final ClickModel USERS =
      new PositionBasedModel(
          ExaminationCurve.power(10, 1), new Attractiveness(List.of(0.05, 0.4, 0.9)));

  private static String document(int query, int place) {
    return "q" + query + "-d" + place;
  }

  /** Each query is asked so often, by clients in turn. */
  private static ClickLog clicks(String client, int clients, ClickModel users, int times) {
    Random random = new Random(1);
    List<Impression> impressions = new ArrayList<>();
    for (int query = 0; query < QUERIES; query++) {
      int asked = query;
      Page page =
          Page.asRanked(
              "q" + query, IntStream.range(0, 10).mapToObj(i -> document(asked, i)).toList());
      for (int i = 0; i < times; i++) {
        impressions.add(
            new Impression(page, client + i % clients, users.click(page, TRUTH, random)));
      }
    }
    return new ClickLog(impressions);
  }

  private static ClickEvidence evidence(ClickLog log) {
    return ClickEvidence.of(Estimator.POSTERIOR, log, Likeness.UNKNOWN);
  }

  @Test
  void whoClicksAnythingTeachesNothing() {
    ClickLog readers = clicks("reader-", 40, USERS, 40);
    ClickEvidence alone = evidence(readers);
    ClickEvidence beside = evidence(readers.and(clicks("other-", 4, new RandomClicker(0.3), 4)));
    assertThat(alone.indifferent()).isZero();
    assertThat(beside.indifferent()).isEqualTo(4);
    assertThat(beside.clicks()).isEqualTo(alone.clicks());
    assertThat(beside.metrics()).containsEntry("indifferent clients", 4.0);
  }

  @Test
  void neitherWhatIsGoneNorWhatJudgesTeaches() {
    ClickEvidence evidence = evidence(clicks("reader-", 40, USERS, 40));
    Set<String> documents =
        IntStream.range(0, QUERIES)
            .boxed()
            .flatMap(query -> IntStream.range(1, 10).mapToObj(i -> document(query, i)))
            .collect(Collectors.toSet());

    DebiasedClicks teaching = evidence.teaching(documents, Set.of("q1", "q2"));

    for (List<TrainingPair> pairs : List.of(teaching.positives(), teaching.negatives())) {
      assertThat(pairs).isNotEmpty();
      assertThat(pairs).extracting(TrainingPair::queryId).doesNotContain("q1", "q2");
      assertThat(pairs).extracting(TrainingPair::documentId).isSubsetOf(documents);
    }
    assertThat(evidence.clicks().negatives())
        .extracting(TrainingPair::queryId)
        .contains("q1", "q2");
  }

  @Test
  void answersInPartAreWorthLessAndNotNegatives() {
    ClickEvidence evidence = evidence(clicks("reader-", 40, USERS, 80));
    assertThat(evidence.nonsense()).isEmpty();
    assertThat(meanGain(evidence, 1)).isLessThan(0.75 * meanGain(evidence, 2));
    Set<List<String>> negatives =
        evidence.clicks().negatives().stream()
            .map(pair -> List.of(pair.queryId(), pair.documentId()))
            .collect(Collectors.toSet());
    assertThat(negatives).hasSizeGreaterThan(100);
    long wrong =
        negatives.stream().filter(pair -> TRUTH.grade(pair.get(0), pair.get(1)) > 0).count();
    assertThat(wrong).isLessThan(5);
  }

  private static double meanGain(ClickEvidence evidence, int grade) {
    return evidence.clicks().positives().stream()
        .filter(pair -> TRUTH.grade(pair.queryId(), pair.documentId()) == grade)
        .mapToDouble(TrainingPair::gain)
        .average()
        .orElseThrow();
  }
}
