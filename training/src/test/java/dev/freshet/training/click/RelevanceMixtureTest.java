package dev.freshet.training.click;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.training.corpus.Judgement;
import dev.freshet.training.evaluation.Qrels;
import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.retrieval.Run;
import dev.freshet.training.retrieval.ScoredDocument;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RelevanceMixtureTest {
  private static final SimulatedCollection COLLECTION = SimulatedCollection.of(800, 0.6, 1);
  private static final SimulatedCollection SMALL = SimulatedCollection.of(100, 0.6, 1);

  private static RelevanceMixture fit(ClickLog log) {
    return RelevanceMixture.fit(log, Browsing.POSITION, EmSettings.defaults());
  }

  @ParameterizedTest
  @EnumSource(Browsing.class)
  void recoversAllParametersThoughNothingWasRandomised(Browsing browsing) {
    Attractiveness binary = new Attractiveness(List.of(0.1, 0.8));
    ClickModel users = new PositionBasedModel(SimulatedCollection.EXAMINATION, binary);
    ClickLog log = COLLECTION.clicks(users, new PagePolicy.AsRanked(), 10);
    RelevanceMixture mixture = RelevanceMixture.fit(log, browsing, EmSettings.defaults());
    assertThat(mixture.informative()).isTrue();
    assertThat(mixture.report().converged()).isTrue();
    assertThat(mixture.rates()).hasSize(2);
    assertThat(mixture.rates().get(1)).isCloseTo(0.8, within(0.05));
    assertThat(mixture.rates().get(0)).isCloseTo(0.1, within(0.02));
    assertThat(mixture.stray()).isLessThan(0.01);
    for (int position = 1; position <= SimulatedCollection.PAGE; position++) {
      assertThat(mixture.examination().at(position))
          .as("position %d", position)
          .isCloseTo(1.0 / position, within(0.06));
    }
    long relevantAtFirst =
        mixture.estimates().stream()
            .filter(each -> each.documentId().endsWith("-d0"))
            .filter(each -> COLLECTION.isRelevant(each.queryId(), each.documentId()))
            .count();
    double expected =
        mixture.estimates().stream()
            .filter(each -> each.documentId().endsWith("-d0"))
            .mapToDouble(RelevanceEstimate::posterior)
            .average()
            .orElseThrow();
    assertThat(expected).isCloseTo(relevantAtFirst / 800.0, within(0.05));
  }

  /** How often a document of a component is clicked at the first position. */
  private static double clicksAtFirst(RelevanceMixture mixture, int component) {
    return mixture.stray() + (1 - mixture.stray()) * mixture.rates().get(component);
  }

  @Test
  void strayClicksAreNotTakenForExamination() {
    Attractiveness binary = new Attractiveness(List.of(0.1, 0.8));
    ClickModel users = new PositionBasedModel(SimulatedCollection.EXAMINATION, binary);
    ClickLog log = withStrayClicks(COLLECTION.clicks(users, new PagePolicy.AsRanked(), 10), 0.05);
    RelevanceMixture mixture = fit(log);
    assertThat(mixture.stray()).isCloseTo(0.05, within(0.01));
    for (int position = 1; position <= SimulatedCollection.PAGE; position++) {
      assertThat(mixture.examination().at(position))
          .as("position %d", position)
          .isCloseTo(1.0 / position, within(0.08));
    }
    List<RelevanceEstimate> again = mixture.estimate(log);
    assertThat(again).hasSameSizeAs(mixture.estimates());
    // Without what the ranks tell: what is sure stays so.
    for (int i = 0; i < again.size(); i++) {
      double posterior = mixture.estimates().get(i).posterior();
      if (posterior < 0.05 || posterior > 0.95) {
        assertThat(again.get(i).posterior() > 0.5).isEqualTo(posterior > 0.5);
      }
    }
  }

  private static ClickLog withStrayClicks(ClickLog log, double share) {
    Random random = new Random(1);
    List<Impression> impressions = new ArrayList<>();
    for (Impression impression : log.impressions()) {
      List<Integer> clicks =
          IntStream.rangeClosed(1, impression.page().size())
              .filter(position -> random.nextDouble() < share || impression.isClicked(position))
              .boxed()
              .toList();
      impressions.add(new Impression(impression.page(), impression.clientId(), clicks));
    }
    return new ClickLog(impressions);
  }

  /** Ten documents for each of 200 queries: one answers, three answer in part. */
  private static ClickLog gradedLog(double attractionInPart) {
    List<Judgement> judgements = new ArrayList<>();
    Map<String, Ranking> rankings = new LinkedHashMap<>();
    for (int query = 0; query < 200; query++) {
      List<ScoredDocument> documents = new ArrayList<>();
      for (int rank = 0; rank < SimulatedCollection.PAGE; rank++) {
        String id = "q" + query + "-d" + rank;
        documents.add(new ScoredDocument(id, -rank));
        int grade = rank == query % 5 ? 2 : rank < 5 && rank % 2 == 1 ? 1 : 0;
        judgements.add(new Judgement("q" + query, id, grade));
      }
      rankings.put("q" + query, Ranking.of(documents));
    }
    ClickModel users =
        new PositionBasedModel(
            SimulatedCollection.EXAMINATION,
            new Attractiveness(List.of(0.05, attractionInPart, 0.9)));
    return new ClickSimulation(
            Population.of(users),
            new PagePolicy.AsRanked(),
            SimulatedCollection.PAGE,
            40,
            500,
            1,
            7)
        .run(new Run(rankings), new Qrels(judgements));
  }

  @Test
  void whatAnswersInPartIsAComponentOfItsOwnWhereThereIsEnoughOfIt() {
    RelevanceMixture mixture = fit(gradedLog(0.4));
    assertThat(mixture.rates()).hasSize(3);
    assertThat(mixture.rates().get(1)).isCloseTo(0.4, within(0.05));
    List<RelevanceEstimate> inPart =
        mixture.estimates().stream()
            .filter(each -> each.documentId().endsWith("-d1"))
            .filter(each -> Integer.parseInt(each.queryId().substring(1)) % 5 != 1)
            .toList();
    assertThat(inPart).hasSize(160);
    assertThat(inPart.stream().mapToDouble(RelevanceEstimate::gain).average().orElseThrow())
        .as("(0.4 - 0.05) of (0.9 - 0.05)")
        .isCloseTo(0.41, within(0.06));
    assertThat(fit(gradedLog(0.05)).rates()).as("without such documents").hasSize(2);
  }

  @Test
  void documentsThatAreLikeAnAnswerAreBelievedToAnswer() {
    ClickLog log =
        COLLECTION.clicks(SimulatedCollection.POSITION_BASED, new PagePolicy.AsRanked(), 10);
    // All answers to one query are alike, and nothing else is.
    Likeness helpful =
        (document, other) -> {
          String query = document.split("-d", -1)[0];
          return other.startsWith(query + "-")
                  && COLLECTION.isRelevant(query, document)
                  && COLLECTION.isRelevant(query, other)
              ? 1
              : 0;
        };
    RelevanceMixture byRank = fit(log);
    RelevanceMixture byLikeness = fit(log, helpful);
    assertThat(found(byLikeness)).isGreaterThan(found(byRank) + 50);

    assertThat(precision(byLikeness)).isGreaterThan(precision(byRank));
  }

  @Test
  void likenessThatTellsNothingChangesNothing() {
    ClickLog log =
        COLLECTION.clicks(SimulatedCollection.POSITION_BASED, new PagePolicy.AsRanked(), 10);
    Likeness chance = (document, other) -> Math.floorMod((document + other).hashCode(), 9) / 9.0;
    for (Likeness useless : List.of(Likeness.UNKNOWN, chance)) {
      assertThat(fit(log, useless).estimates().equals(fit(log).estimates())).isTrue();
    }
  }

  private static RelevanceMixture fit(ClickLog log, Likeness likeness) {
    return RelevanceMixture.fit(log, likeness, EmSettings.defaults());
  }

  private static double precision(RelevanceMixture mixture) {
    long all = mixture.estimates().stream().filter(each -> each.posterior() > 0.5).count();
    return (double) found(mixture) / all;
  }

  private static long found(RelevanceMixture mixture) {
    return mixture.estimates().stream()
        .filter(each -> each.posterior() > 0.5)
        .filter(each -> COLLECTION.isRelevant(each.queryId(), each.documentId()))
        .count();
  }

  @Test
  void posteriorsAreCalibrated() {
    RelevanceMixture mixture =
        fit(COLLECTION.clicks(SimulatedCollection.POSITION_BASED, new PagePolicy.SwapTwo(0.5), 10));
    double expected = 0;
    double relevant = 0;
    for (RelevanceEstimate estimate : mixture.estimates()) {
      if (estimate.posterior() > 0.5) {
        expected += estimate.posterior();
        relevant += COLLECTION.isRelevant(estimate.queryId(), estimate.documentId()) ? 1 : 0;
      }
    }
    assertThat(expected).isGreaterThan(200);
    assertThat(relevant / expected).isCloseTo(1, within(0.08));
  }

  @Test
  void examinedSaysHowMuchASkipIsWorth() {
    RelevanceMixture mixture =
        fit(SMALL.clicks(SimulatedCollection.POSITION_BASED, new PagePolicy.AsRanked(), 3));
    for (RelevanceEstimate estimate : mixture.estimates()) {
      int position = Integer.parseInt(estimate.documentId().split("-d", -1)[1]) + 1;
      double never = Math.pow(1 - mixture.examination().at(position), 3);
      assertThat(estimate.examined()).isCloseTo(1 - never, within(1e-9));
      assertThat(estimate.impressions()).isEqualTo(3);
    }
  }

  @Test
  void sameLogSameEstimates() {
    ClickLog log = SMALL.clicks(SimulatedCollection.CASCADE, new PagePolicy.SwapFirst(0.2), 3);
    assertThat(fit(log)).isEqualTo(fit(log));
    Likeness some = (document, other) -> 1.0 / (1 + Math.abs(document.compareTo(other)));
    assertThat(fit(log, some)).isEqualTo(fit(log, some));
  }

  @Test
  void chanceIsNotTakenForRelevance() {
    for (int sessions : new int[] {1, 3, 10}) {
      ClickLog noise = SMALL.clicks(new RandomClicker(0.2), new PagePolicy.AsRanked(), sessions);
      RelevanceMixture mixture = fit(noise);
      assertThat(mixture.informative()).as("%d sessions", sessions).isFalse();
      assertThat(fit(noise, (document, other) -> document.equals("q1-d1") ? 1 : 0))
          .isEqualTo(mixture);
      assertThat(mixture.estimates()).allMatch(estimate -> estimate.posterior() == 0);
    }
  }

  @Test
  void oneImpressionOfEachPairSaysNothing() {
    ClickLog log = SMALL.clicks(SimulatedCollection.POSITION_BASED, new PagePolicy.AsRanked(), 1);
    assertThat(fit(log).informative()).isFalse();
  }

  @Test
  void aLogOfFewQueriesIsEnough() {
    SimulatedCollection few = SimulatedCollection.of(60, 0.6, 4);
    RelevanceMixture mixture =
        fit(few.clicks(SimulatedCollection.POSITION_BASED, new PagePolicy.AsRanked(), 20));
    assertThat(mixture.informative()).isTrue();
    List<RelevanceEstimate> kept =
        mixture.estimates().stream().filter(each -> each.posterior() > 0.5).toList();
    assertThat(kept).hasSizeGreaterThan(15);
    assertThat(kept)
        .filteredOn(each -> few.isRelevant(each.queryId(), each.documentId()))
        .hasSizeGreaterThan(kept.size() * 8 / 10);
  }

  @ParameterizedTest
  @EnumSource(Browsing.class)
  void anythingIsALog(Browsing browsing) {
    List<ClickLog> logs = new ArrayList<>();
    logs.add(new ClickLog(List.of()));
    Page empty = Page.asRanked("q", List.of());
    logs.add(new ClickLog(List.of(new Impression(empty, null, List.of()))));
    Page one = Page.asRanked("q", List.of("a"));
    logs.add(new ClickLog(List.of(new Impression(one, null, List.of(1)))));
    logs.add(new ClickLog(List.of(new Impression(one, null, List.of()))));
    Page three = Page.asRanked("q", List.of("b", "a", "c"));
    logs.add(
        new ClickLog(
            List.of(
                new Impression(one, null, List.of(1)),
                new Impression(three, null, List.of(1, 3)))));
    logs.add(SMALL.clicks(new RandomClicker(0), new PagePolicy.AsRanked(), 2));
    logs.add(SMALL.clicks(new RandomClicker(1), new PagePolicy.AsRanked(), 2));
    for (ClickLog log : logs) {
      RelevanceMixture mixture = RelevanceMixture.fit(log, browsing, new EmSettings(50, 1e-4));
      assertThat(mixture.informative()).isFalse();
      assertThat(mixture.report().logLikelihood()).isFinite();
      assertThat(mixture.rates()).isSorted().allMatch(rate -> rate >= 0 && rate <= 1);
      assertThat(mixture.examination().at(1)).isEqualTo(1);
      assertThat(mixture.estimates())
          .allMatch(each -> each.posterior() == 0 && each.examined() >= 0 && each.examined() <= 1);
    }
  }

  @Test
  void whatIsDeeperThanAnybodyLooksIsOneStratum() {
    PagePolicy policy = new PagePolicy.AsRanked();
    List<Impression> impressions = new ArrayList<>();
    for (int query = 0; query < 100; query++) {
      List<Slot> slots =
          List.of(new Slot("a", 1), new Slot("b", 101 + query), new Slot("c", Integer.MAX_VALUE));
      Page page = new Page("q" + query, slots, policy);
      for (int i = 0; i < 10; i++) {
        impressions.add(new Impression(page, null, query % 4 == 0 ? List.of(1, 2) : List.of()));
      }
    }
    ClickLog log = new ClickLog(impressions);
    RelevanceMixture mixture = fit(log);
    assertThat(mixture.informative()).isTrue();
    assertThat(mixture.estimate(log)).hasSize(300);
  }

  @Test
  void onePositionIsEnough() {
    List<Judgement> judgements = new ArrayList<>();
    List<Impression> impressions = new ArrayList<>();
    for (int query = 0; query < 100; query++) {
      boolean relevant = query % 4 == 0;
      judgements.add(new Judgement("q" + query, "d", relevant ? 1 : 0));
      Page page = Page.asRanked("q" + query, List.of("d"));
      for (int i = 0; i < 10; i++) {
        boolean click = relevant ? i != query % 10 : i == query % 10;
        impressions.add(new Impression(page, null, click ? List.of(1) : List.of()));
      }
    }
    Qrels truth = new Qrels(judgements);
    RelevanceMixture mixture = fit(new ClickLog(impressions));
    // There is no second position to tell stray clicks from noise by.
    assertThat(clicksAtFirst(mixture, 1)).isCloseTo(0.9, within(1e-3));
    assertThat(clicksAtFirst(mixture, 0)).isCloseTo(0.1, within(1e-3));
    assertThat(mixture.prior().get(1)).isCloseTo(0.25, within(1e-2));
    assertThat(mixture.estimates())
        .allMatch(each -> each.posterior() > 0.5 == truth.grade(each.queryId(), "d") > 0);
  }

  @Test
  void saysThatTheIterationsRanOut() {
    ClickLog log = SMALL.clicks(SimulatedCollection.CASCADE, new PagePolicy.AsRanked(), 3);
    EmReport report =
        RelevanceMixture.fit(log, Browsing.POSITION, new EmSettings(2, 1e-4)).report();
    assertThat(report.converged()).isFalse();
    assertThat(report.iterations()).isEqualTo(2);
  }

  @Test
  void refusesSettingsThatNeverStop() {
    assertThatThrownBy(() -> new EmSettings(0, 1e-4))
        .hasMessage("iterations must be at least 1 and the tolerance above 0, were 0 and 1.0E-4");
    assertThatThrownBy(() -> new EmSettings(10, 0)).hasMessageContaining("were 10 and 0.0");
  }
}
