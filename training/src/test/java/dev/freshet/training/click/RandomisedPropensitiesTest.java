package dev.freshet.training.click;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RandomisedPropensitiesTest {
  private static final SimulatedCollection COLLECTION = SimulatedCollection.of(800, 0.8, 1);

  static Stream<PagePolicy> policies() {
    return Stream.of(
        new PagePolicy.SwapFirst(0.8),
        new PagePolicy.SwapTwo(0.9),
        new PagePolicy.ShuffleTop(10, 0.6));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void recoversExaminationThoughBetterDocumentsStandHigher(PagePolicy policy) {
    ClickLog log = COLLECTION.clicks(SimulatedCollection.POSITION_BASED, policy, 20);
    ExaminationCurve curve = RandomisedPropensities.estimate(log);
    for (int position = 1; position <= SimulatedCollection.PAGE; position++) {
      assertThat(curve.at(position))
          .as("position %d", position)
          .isCloseTo(1.0 / position, within(0.04));
    }
  }

  @Test
  void clickRatesAloneFallTooFast() {
    ClickLog log =
        COLLECTION.clicks(SimulatedCollection.POSITION_BASED, new PagePolicy.AsRanked(), 20);
    double[] clicks = new double[11];
    for (Impression impression : log.impressions()) {
      impression.clicks().forEach(position -> clicks[position]++);
    }
    assertThat(clicks[5] / clicks[1]).isLessThan(0.6 / 5);
  }

  @Test
  void comparesADocumentWithItself() {
    // Always swapped with one of two: a is second or third, b and c are first or stay.
    PagePolicy policy = new PagePolicy.SwapFirst(1);
    Page second =
        new Page("q", List.of(new Slot("b", 2), new Slot("a", 1), new Slot("c", 3)), policy);
    Page third =
        new Page("q", List.of(new Slot("c", 3), new Slot("b", 2), new Slot("a", 1)), policy);
    List<Impression> impressions = new ArrayList<>();
    impressions.add(new Impression(second, null, List.of(1)));
    impressions.add(new Impression(second, null, List.of(1, 2)));
    impressions.add(new Impression(third, null, List.of(1)));
    impressions.add(new Impression(third, null, List.of(1, 2)));
    ExaminationCurve curve = RandomisedPropensities.estimate(often(impressions));
    // At the first all four clicked. At the second a twice with a click, b twice with a click; all
    // with probability 1/2. At the third a and c, never clicked.
    assertThat(curve.at(2)).isCloseTo(0.5, within(0.01));
    assertThat(curve.at(3)).isLessThan(0.01);
  }

  @Test
  void leavesOutWhatCameFromBelow() {
    PagePolicy policy = new PagePolicy.SwapTwo(0.5);
    Page swapped = new Page("q", List.of(new Slot("b", 2), new Slot("a", 1)), policy);
    Page discovered = new Page("q", List.of(new Slot("b", 2), new Slot("z", 9)), policy);
    List<Impression> impressions = new ArrayList<>();
    impressions.add(new Impression(swapped, null, List.of(1)));
    impressions.add(new Impression(swapped, null, List.of(1, 2)));
    impressions.add(new Impression(discovered, null, List.of(1)));
    impressions.add(new Impression(discovered, null, List.of(1)));
    // Of a at the second position one of two was clicked; z could not have been first.
    assertThat(RandomisedPropensities.estimate(often(impressions)).at(2))
        .isCloseTo(0.5, within(0.01));
  }

  /** So that what is believed does not count beside it. */
  private static ClickLog often(List<Impression> impressions) {
    List<Impression> all = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      all.addAll(impressions);
    }
    return new ClickLog(all);
  }

  @Test
  void oneRandomisedPageIsNoRate() {
    Page page =
        Page.drawn(
            "q",
            COLLECTION.run().ranking("q0").ids(),
            new PagePolicy.ShuffleTop(10, 1),
            new Random(1));
    // Alone it says that below the first position nobody looks.
    ClickLog one = new ClickLog(List.of(new Impression(page, null, List.of(1))));
    ClickLog log =
        COLLECTION
            .clicks(SimulatedCollection.POSITION_BASED, new PagePolicy.AsRanked(), 5)
            .and(one);
    ExaminationCurve believed = believed(log);
    ExaminationCurve curve = RandomisedPropensities.estimate(log);
    for (int position = 2; position <= SimulatedCollection.PAGE; position++) {
      assertThat(curve.at(position) / believed.at(position))
          .as("position %d", position)
          .isCloseTo(1, within(0.05));
    }
  }

  private static ExaminationCurve believed(ClickLog log) {
    return PositionBasedEm.fit(log, EmSettings.defaults()).examination();
  }

  @Test
  void pagesMayDifferInLengthAndPolicy() {
    List<Impression> impressions = new ArrayList<>();
    ClickModel users = SimulatedCollection.POSITION_BASED;
    for (int pageSize : new int[] {10, 3, 1}) {
      for (PagePolicy policy :
          List.of(new PagePolicy.ShuffleTop(10, 1), new PagePolicy.AsRanked())) {
        impressions.addAll(
            new ClickSimulation(Population.of(users), policy, pageSize, 10, 10, 1, 3)
                .run(COLLECTION.run(), COLLECTION.truth())
                .impressions());
      }
    }
    ExaminationCurve curve = RandomisedPropensities.estimate(new ClickLog(impressions));
    assertThat(curve.at(2)).isCloseTo(0.5, within(0.04));
    assertThat(curve.at(10)).isCloseTo(0.1, within(0.04));
  }

  @Test
  void aPositionThatNeverChangesIsWhatThePositionBasedModelSays() {
    PagePolicy topThree = new PagePolicy.ShuffleTop(3, 1);
    ClickLog log = COLLECTION.clicks(SimulatedCollection.POSITION_BASED, topThree, 5);
    ExaminationCurve curve = RandomisedPropensities.estimate(log);
    assertThat(curve.at(3)).isCloseTo(1 / 3.0, within(0.04));
    ExaminationCurve believed = believed(log);
    assertThat(curve.at(3)).isNotEqualTo(believed.at(3));
    assertThat(curve.at(4)).isEqualTo(believed.at(4));
    assertThat(curve.at(10)).isEqualTo(believed.at(10));
  }

  @Test
  void knowsNothingWithoutRandomisationOrClicks() {
    ClickLog ranked =
        COLLECTION.clicks(SimulatedCollection.POSITION_BASED, new PagePolicy.AsRanked(), 1);
    ClickLog silent = COLLECTION.clicks(new RandomClicker(0), new PagePolicy.SwapTwo(1), 1);
    for (ClickLog log : List.of(ranked, silent)) {
      ExaminationCurve curve = RandomisedPropensities.estimate(log);
      for (int position = 1; position <= SimulatedCollection.PAGE; position++) {
        double believed = Math.max(0.001, believed(log).at(position));
        assertThat(curve.at(position)).isCloseTo(believed, within(1e-12));
      }
    }
    assertThat(RandomisedPropensities.estimate(new ClickLog(List.of())).byPosition())
        .containsExactly(1.0);
  }
}
