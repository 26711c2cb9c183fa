package dev.freshet.training.click;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class PositionBasedEmTest {
  private static final SimulatedCollection COLLECTION = SimulatedCollection.of(400, 0.8, 1);

  private static ClickLog log(PagePolicy policy, int sessions) {
    return COLLECTION.clicks(SimulatedCollection.POSITION_BASED, policy, sessions);
  }

  @Test
  void recoversExaminationFromAHandfulOfImpressions() {
    PositionBasedEm fit =
        PositionBasedEm.fit(log(new PagePolicy.ShuffleTop(10, 1), 8), EmSettings.defaults());
    assertThat(fit.report().converged()).isTrue();
    for (int position = 1; position <= SimulatedCollection.PAGE; position++) {
      assertThat(fit.examination().at(position))
          .as("position %d", position)
          .isCloseTo(1.0 / position, within(0.06));
    }
  }

  @Test
  void estimatesAreThoseOfAPriorAndTheClicks() {
    PositionBasedEm fit =
        PositionBasedEm.fit(log(new PagePolicy.ShuffleTop(10, 1), 8), EmSettings.defaults());
    double estimated = 0;
    double attractive = 0;
    double[] highest = new double[2];
    for (PositionBasedEm.Estimate estimate : fit.estimates()) {
      int grade = COLLECTION.truth().grade(estimate.queryId(), estimate.documentId());
      attractive += SimulatedCollection.ATTRACTIVENESS.of(grade);
      estimated += estimate.attractiveness();
      int clicked = Math.min(1, estimate.clicks());
      highest[clicked] = Math.max(highest[clicked], estimate.attractiveness());
    }
    assertThat(estimated / attractive).isCloseTo(1, within(0.1));
    // Eight skips make a document unlikely to attract, not certain; many clicks make it likely.
    assertThat(highest[0]).isBetween(0.05, 0.25);
    assertThat(highest[1]).isGreaterThan(0.8);
  }

  @Test
  void withoutRandomisationItTakesRankForExamination() {
    // Its documented limit: the better documents of the first ranks look like more examination.
    PositionBasedEm fit =
        PositionBasedEm.fit(log(new PagePolicy.AsRanked(), 8), EmSettings.defaults());
    assertThat(fit.examination().at(5)).isLessThan(0.8 / 5);
  }

  @Test
  void anythingIsALog() {
    ClickLog silent = COLLECTION.clicks(new RandomClicker(0), new PagePolicy.AsRanked(), 1);
    ClickLog all = COLLECTION.clicks(new RandomClicker(1), new PagePolicy.AsRanked(), 1);
    for (ClickLog log : List.of(new ClickLog(List.of()), silent, all)) {
      PositionBasedEm fit = PositionBasedEm.fit(log, new EmSettings(20, 1e-4));
      assertThat(fit.examination().at(1)).isEqualTo(1);
      assertThat(fit.report().logLikelihood()).isFinite();
      assertThat(fit.estimates())
          .allSatisfy(each -> assertThat(each.attractiveness()).isBetween(0.0, 1.0));
    }
  }
}
