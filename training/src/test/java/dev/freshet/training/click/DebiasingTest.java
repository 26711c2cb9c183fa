package dev.freshet.training.click;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DebiasingTest {
  /** A fifth of the queries have anything relevant on their page: most clicks are noise. */
  private static final SimulatedCollection COLLECTION = SimulatedCollection.of(800, 0.2, 1);

  private static final PagePolicy POLICY = new PagePolicy.SwapFirst(0.2);

  private static Population with(double share, ClickModel others, ClickModel users) {
    return new Population(
        List.of(new Population.Share(1 - share, users), new Population.Share(share, others)));
  }

  /** Users, sessions, and the precision that filtering by posterior must reach. */
  static Stream<Arguments> users() {
    RandomClicker noisy = new RandomClicker(0.3);
    return Stream.of(
        Arguments.of("position-based", Population.of(SimulatedCollection.POSITION_BASED), 10, 0.85),
        Arguments.of("position-based", Population.of(SimulatedCollection.POSITION_BASED), 3, 0.55),
        Arguments.of("position-based", Population.of(SimulatedCollection.POSITION_BASED), 20, 0.85),
        Arguments.of("cascade", Population.of(SimulatedCollection.CASCADE), 10, 0.85),
        Arguments.of("dependent", Population.of(SimulatedCollection.DEPENDENT), 10, 0.85),
        Arguments.of(
            "noisy position-based", with(0.2, noisy, SimulatedCollection.POSITION_BASED), 10, 0.8),
        Arguments.of(
            "noisy position-based", with(0.2, noisy, SimulatedCollection.POSITION_BASED), 20, 0.9),
        Arguments.of("noisy dependent", with(0.2, noisy, SimulatedCollection.DEPENDENT), 10, 0.8));
  }

  @ParameterizedTest(name = "{0}, {2} sessions")
  @MethodSource("users")
  void thePosteriorKeepsWhatIsRelevant(
      String name, Population population, int sessions, double least) {
    ClickLog all = COLLECTION.clicks(population, POLICY, sessions);
    ClickLog log = IndifferentClients.of(all).removedFrom(all);
    double unweighted = COLLECTION.precision(new Debiasing.Unweighted().pairs(log).positives());
    double inverse =
        COLLECTION.precision(new Debiasing.InversePropensity(10).pairs(log).positives());
    DebiasedClicks kept = Debiasing.Posterior.defaults().pairs(log);
    double posterior = COLLECTION.precision(kept.positives());
    assertThat(posterior).isGreaterThan(least);
    assertThat(Math.max(unweighted, inverse)).isLessThan(0.35);
    assertThat(kept.positives()).hasSizeGreaterThan(40);
    assertThat(1 - COLLECTION.precision(kept.negatives())).isGreaterThan(0.98);
  }

  @Test
  void thePosteriorRanksPairsBetterThanClickCounts() {
    SimulatedCollection collection = SimulatedCollection.of(400, 0.2, 1);
    for (ClickModel users :
        List.of(
            SimulatedCollection.POSITION_BASED,
            SimulatedCollection.CASCADE,
            SimulatedCollection.DEPENDENT)) {
      ClickLog log = collection.clicks(users, POLICY, 10);
      List<RelevanceEstimate> estimates =
          RelevanceMixture.fit(log, Browsing.LAST_CLICK, EmSettings.defaults()).estimates();
      double byClicks = areaUnderCurve(collection, estimates, RelevanceEstimate::clicks);
      double byPosterior = areaUnderCurve(collection, estimates, RelevanceEstimate::posterior);
      assertThat(byPosterior).as("%s", users).isGreaterThan(byClicks + 0.01);
    }
  }

  private static double areaUnderCurve(
      SimulatedCollection collection,
      List<RelevanceEstimate> estimates,
      ToDoubleFunction<RelevanceEstimate> score) {
    List<RelevanceEstimate> sorted =
        estimates.stream().sorted(Comparator.comparingDouble(score)).toList();
    double below = 0;
    double won = 0;
    double relevant = 0;
    for (int from = 0; from < sorted.size(); ) {
      int to = from;
      double relevantHere = 0;
      while (to < sorted.size()
          && score.applyAsDouble(sorted.get(to)) == score.applyAsDouble(sorted.get(from))) {
        RelevanceEstimate estimate = sorted.get(to);
        relevantHere += collection.isRelevant(estimate.queryId(), estimate.documentId()) ? 1 : 0;
        to++;
      }
      double others = to - from - relevantHere;
      won += relevantHere * (below + others / 2);
      below += others;
      relevant += relevantHere;
      from = to;
    }
    return won / (relevant * below);
  }

  @Test
  void inversePropensityIsUnbiasedInExpectation() {
    ExaminationCurve examination = ExaminationCurve.power(SimulatedCollection.PAGE, 0.5);
    ClickModel users = new PositionBasedModel(examination, SimulatedCollection.ATTRACTIVENESS);
    ClickLog log = COLLECTION.clicks(users, new PagePolicy.AsRanked(), 20);
    double[] attractive = new double[10];
    for (Impression impression : log.impressions()) {
      for (Slot slot : impression.page().slots()) {
        int grade = COLLECTION.truth().grade(impression.page().queryId(), slot.documentId());
        attractive[slot.rank() - 1] += SimulatedCollection.ATTRACTIVENESS.of(grade);
      }
    }
    double[] weighted = new double[10];
    double[] clicked = new double[10];
    for (TrainingPair pair :
        WeightedClicks.sum(log, position -> examination.weight(position, 10)).positives()) {
      int rank = Integer.parseInt(pair.documentId().split("-d", -1)[1]);
      weighted[rank] += pair.weight();
      clicked[rank] += pair.clicks();
    }
    for (int rank = 0; rank < 10; rank++) {
      assertThat(weighted[rank] / attractive[rank]).as("rank %d", rank).isCloseTo(1, within(0.1));
    }
    assertThat(clicked[9] / attractive[9]).isLessThan(0.4);
  }

  @Test
  void inversePropensityFindsTheCurveItself() {
    ClickLog randomised =
        COLLECTION.clicks(SimulatedCollection.POSITION_BASED, new PagePolicy.SwapFirst(0.8), 15);
    List<TrainingPair> pairs = new Debiasing.InversePropensity(100).pairs(randomised).positives();
    double weight = pairs.stream().mapToDouble(TrainingPair::weight).sum();
    double attractive = 0;
    for (Impression impression : randomised.impressions()) {
      for (Slot slot : impression.page().slots()) {
        int grade = COLLECTION.truth().grade(impression.page().queryId(), slot.documentId());
        attractive += SimulatedCollection.ATTRACTIVENESS.of(grade);
      }
    }
    assertThat(weight / attractive).isCloseTo(1, within(0.1));
  }

  @Test
  void clicksAndSkipsByHand() {
    Page page = Page.asRanked("q", List.of("a", "b", "c", "d"));
    ClickLog log =
        new ClickLog(
            List.of(
                new Impression(page, null, List.of(3)),
                new Impression(page, null, List.of(2)),
                new Impression(page, null, List.of())));
    DebiasedClicks clicks = new Debiasing.Unweighted().pairs(log);
    assertThat(clicks.positives())
        .containsExactly(
            new TrainingPair("q", "b", 1, 1, 3, 1), new TrainingPair("q", "c", 1, 1, 3, 1));
    // d was below every click: perhaps nobody saw it.
    assertThat(clicks.negatives()).containsExactly(new TrainingPair("q", "a", 0, 2, 3, 0));
  }

  @Test
  void whenHalfOfTheUsersMeanHarmThePosteriorIsWrong() {
    // The documented limit: what most clicks agree on is taken for relevant.
    ClickModel inverted =
        new PositionBasedModel(
            SimulatedCollection.EXAMINATION, SimulatedCollection.ATTRACTIVENESS.inverted());
    ClickLog log =
        COLLECTION.clicks(with(0.5, inverted, SimulatedCollection.POSITION_BASED), POLICY, 10);
    List<TrainingPair> kept = Debiasing.Posterior.defaults().pairs(log).positives();
    assertThat(kept.isEmpty() || COLLECTION.precision(kept) < 0.3).isTrue();
  }

  @Test
  void fewUsersWhoMeanHarmDoLittle() {
    ClickModel inverted =
        new PositionBasedModel(
            SimulatedCollection.EXAMINATION, SimulatedCollection.ATTRACTIVENESS.inverted());
    for (ClickModel attack : List.of(inverted, new PushingUser("q0-d3"))) {
      ClickLog log =
          COLLECTION.clicks(with(0.1, attack, SimulatedCollection.POSITION_BASED), POLICY, 10);
      DebiasedClicks kept = Debiasing.Posterior.defaults().pairs(log);
      assertThat(COLLECTION.precision(kept.positives())).isGreaterThan(0.8);
    }
  }

  @Test
  void aLogWithoutInformationTrainsNothing() {
    ClickLog noise = SimulatedCollection.of(100, 0.2, 1).clicks(new RandomClicker(0.2), POLICY, 5);
    assertThat(Debiasing.Posterior.defaults().pairs(noise))
        .isEqualTo(new DebiasedClicks(List.of(), List.of()));
    ClickLog empty = new ClickLog(List.of());
    for (Debiasing debiasing :
        List.of(
            new Debiasing.Unweighted(),
            new Debiasing.InversePropensity(10),
            Debiasing.Posterior.defaults())) {
      assertThat(debiasing.pairs(empty).positives()).isEmpty();
      assertThat(debiasing.pairs(empty).negatives()).isEmpty();
    }
  }

  @Test
  void refusesThresholdsThatCross() {
    assertThatThrownBy(() -> new Debiasing.Posterior(0.3, 0.4, 0.9))
        .hasMessage("negative must be below positive, were 0.4 and 0.3");
    assertThatThrownBy(() -> new Debiasing.Posterior(1.3, 0.4, 0.9))
        .hasMessage("positive must be between 0 and 1, was 1.3");
    assertThatThrownBy(() -> new Debiasing.InversePropensity(0.5))
        .hasMessage("most weight must be at least 1, was 0.5");
  }
}
