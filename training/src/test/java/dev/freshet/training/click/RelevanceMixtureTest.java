package dev.freshet.training.click;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.training.corpus.Judgement;
import dev.freshet.training.evaluation.Qrels;
import java.util.ArrayList;
import java.util.List;
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
    assertThat(mixture.relevantRate()).isCloseTo(0.8, within(0.05));
    assertThat(mixture.noiseRate()).isCloseTo(0.1, within(0.02));
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
    assertThat(mixture.priorByRank().get(0)).isCloseTo(relevantAtFirst / 800.0, within(0.05));
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
  }

  @Test
  void chanceIsNotTakenForRelevance() {
    for (int sessions : new int[] {1, 3, 10}) {
      ClickLog noise = SMALL.clicks(new RandomClicker(0.2), new PagePolicy.AsRanked(), sessions);
      RelevanceMixture mixture = fit(noise);
      assertThat(mixture.informative()).as("%d sessions", sessions).isFalse();
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
      assertThat(mixture.relevantRate()).isBetween(mixture.noiseRate(), 1.0);
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
    assertThat(mixture.priorByRank()).hasSize(100);
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
    assertThat(mixture.relevantRate()).isCloseTo(0.9, within(1e-3));
    assertThat(mixture.noiseRate()).isCloseTo(0.1, within(1e-3));
    // A twentieth of it is belief.
    assertThat(mixture.priorByRank().get(0)).isCloseTo(0.24, within(1e-2));
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
