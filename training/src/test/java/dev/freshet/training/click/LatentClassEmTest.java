package dev.freshet.training.click;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class LatentClassEmTest {
  private static final double[] RATES = {0.1, 0.5};
  private static final double[] PRIOR = {0.5, 0.5};

  /** Both twice at the first position: a clicked each time, b never. */
  private static ClickTable onePosition() {
    Page a = Page.asRanked("q1", List.of("a"));
    Page b = Page.asRanked("q2", List.of("b"));
    return new ClickTable(
        new ClickLog(
            List.of(
                new Impression(a, null, List.of(1)),
                new Impression(b, null, List.of()),
                new Impression(a, null, List.of(1)),
                new Impression(b, null, List.of()))),
        Browsing.POSITION);
  }

  @Test
  void oneStepByHand() {
    LatentClassEm em = new LatentClassEm(onePosition(), new int[2], RATES, PRIOR, true, 0, 0);
    double moved = em.iterate();

    double a = 0.25 / (0.25 + 0.01);
    double b = 0.25 / (0.25 + 0.81);
    assertThat(em.posterior(0, 1)).isCloseTo(a, within(1e-12));
    assertThat(em.posterior(1, 1)).isCloseTo(b, within(1e-12));
    assertThat(em.prior(0, 1)).isCloseTo((a + b) / 2, within(1e-12));
    // The first position is always examined, so rates are shares of weighted clicks.
    assertThat(em.rates()[1]).isCloseTo(a / (a + b), within(1e-12));
    assertThat(em.rates()[0]).isCloseTo((1 - a) / (2 - a - b), within(1e-12));
    assertThat(moved).isCloseTo(a / (a + b) - 0.5, within(1e-12));
  }

  @Test
  void oneStepWithStrayClicksByHand() {
    double stray = 0.2;
    LatentClassEm em = new LatentClassEm(onePosition(), new int[2], RATES, PRIOR, true, stray, 0);
    em.iterate();

    double noise = stray + (1 - stray) * 0.1;
    double relevant = stray + (1 - stray) * 0.5;
    double a = relevant * relevant / (relevant * relevant + noise * noise);
    assertThat(em.posterior(0, 1)).isCloseTo(a, within(1e-12));
    // What is skipped was not clicked by chance either: that factor is the same for all classes.
    double b = 0.25 / (0.25 + 0.81);
    assertThat(em.posterior(1, 1)).isCloseTo(b, within(1e-12));
  }

  @Test
  void aRefinedOneBeginsWhereTheOtherIs() {
    LatentClassEm em = new LatentClassEm(onePosition(), new int[2], RATES, PRIOR, true, 0.1, 0);
    em.run(new EmSettings(20, 1e-9));
    LatentClassEm refined = em.refined(new int[] {0, 1});
    assertThat(refined.rates()).isEqualTo(em.rates());
    assertThat(refined.stray()).isEqualTo(em.stray());
    assertThat(refined.prior(0, 1)).isEqualTo(em.prior(0, 1));
    assertThat(refined.prior(1, 1)).isEqualTo(PRIOR[1]);
  }

  @Test
  void theLikelihoodIsThatOfTheLastParameters() {
    LatentClassEm em = new LatentClassEm(onePosition(), new int[2], RATES, PRIOR, true, 0, 0);
    EmReport report = em.run(new EmSettings(1, 1e-9));
    double prior = em.prior(0, 1);
    double relevant = em.rates()[1];
    double noise = em.rates()[0];
    double clicked = prior * relevant * relevant + (1 - prior) * noise * noise;
    double skipped =
        prior * (1 - relevant) * (1 - relevant) + (1 - prior) * (1 - noise) * (1 - noise);
    assertThat(report.logLikelihood()).isCloseTo(Math.log(clicked * skipped), within(1e-9));
    assertThat(report.iterations()).isEqualTo(1);
    assertThat(report.converged()).isFalse();
  }

  @Test
  void aRareStratumKeepsToTheMean() {
    LatentClassEm em = new LatentClassEm(onePosition(), new int[] {0, 1}, RATES, PRIOR, true, 0, 0);
    em.iterate();
    double a = 0.25 / (0.25 + 0.01);
    double b = 0.25 / (0.25 + 0.81);
    assertThat(em.prior(0, 1)).isCloseTo((a + 50 * (a + b) / 2) / 51, within(1e-12));
    assertThat(em.prior(1, 1)).isCloseTo((b + 50 * (a + b) / 2) / 51, within(1e-12));
  }

  @Test
  void endsWhereItsThreadIsInterrupted() {
    LatentClassEm em = new LatentClassEm(onePosition(), new int[2], RATES, PRIOR, true, 0, 0);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> em.run(new EmSettings(20, 1e-9)))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void givenRatesStay() {
    LatentClassEm em = new LatentClassEm(onePosition(), new int[2], RATES, PRIOR, false, 0, 0);
    em.run(new EmSettings(20, 1e-9));
    assertThat(em.rates()).isEqualTo(RATES);
  }

  @Test
  void everyIterationExplainsTheLogBetter() {
    SimulatedCollection collection = SimulatedCollection.of(100, 0.5, 1);
    ClickLog log = collection.clicks(SimulatedCollection.DEPENDENT, new PagePolicy.AsRanked(), 10);
    ClickTable table = new ClickTable(log, Browsing.POSITION);
    double[] prior = {0.9, 0.1};
    LatentClassEm em =
        new LatentClassEm(table, new int[table.pairs.length], RATES, prior, true, 0.01, 0);
    double before = Double.NEGATIVE_INFINITY;
    for (int iteration = 0; iteration < 30; iteration++) {
      double after = em.run(new EmSettings(1, 1e-12)).logLikelihood();
      assertThat(after).as("iteration %d", iteration).isGreaterThan(before - 1e-9);
      before = after;
    }
  }

  @Test
  void situationsAreNumberedWithoutGaps() {
    for (Browsing browsing : Browsing.values()) {
      boolean[] seen = new boolean[browsing.cells(6)];
      for (int position = 1; position <= 6; position++) {
        for (int previous = 0; previous < position; previous++) {
          seen[browsing.cell(position, previous)] = true;
        }
      }
      assertThat(seen).doesNotContain(false);
      assertThat(browsing.cell(1, 0)).isZero();
    }
  }
}
