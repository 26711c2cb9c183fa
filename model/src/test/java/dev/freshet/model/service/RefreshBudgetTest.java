package dev.freshet.model.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RefreshBudgetTest {
  /** Where the clock stands at the beginning: it counts from anywhere. */
  private static final long START = -1_000_000;

  private double share = 0.25;
  private final RefreshBudget budget = new RefreshBudget(2, () -> share);

  @Test
  void waitsAsLongAsTheShareOfAllThreadsTakesForTheWork() {
    assertThat(budget.waitNanos(START)).isZero();
    budget.charge(START, 1_000);
    assertThat(budget.waitNanos(START)).isEqualTo(2_000);
    assertThat(budget.waitNanos(START + 500)).isEqualTo(1_500);
    assertThat(budget.waitNanos(START + 2_000)).isZero();
    budget.charge(START + 9_000, 100);
    assertThat(budget.waitNanos(START + 9_000)).as("idle time is not saved").isEqualTo(200);
  }

  @Test
  void whatABatchTookStandsInThePlaceOfTheGuess() {
    budget.charge(START, 1_000);
    budget.correct(START + 400, 400 - 1_000);
    assertThat(budget.waitNanos(START + 400)).as("400, of which 200 are paid").isEqualTo(400);
    budget.correct(START + 400, 300);
    assertThat(budget.waitNanos(START + 400)).isEqualTo(1_000);
    budget.correct(START + 400, -9_000);
    budget.charge(START + 400, 100);
    assertThat(budget.waitNanos(START + 400)).as("nothing is saved").isEqualTo(200);
  }

  @Test
  void anotherShareHoldsForTheWaitThatHasBegun() {
    budget.charge(START, 1_000);
    assertThat(budget.waitNanos(START + 1_000)).isEqualTo(1_000);
    share = 0.5;
    assertThat(budget.waitNanos(START + 1_000)).isEqualTo(500);
    assertThat(budget.waitNanos(START + 1_400)).isEqualTo(100);
    share = 0.25;
    assertThat(budget.waitNanos(START + 1_400)).isEqualTo(200);
    assertThat(budget.waitNanos(START + 1_600)).isZero();
  }

  @Test
  void aShareOfNearlyNothingDoesNotHoldUpALargerOne() {
    share = 0.001;
    budget.charge(START, 100_000);
    assertThat(budget.waitNanos(START)).isEqualTo(50_000_000);
    share = 0.5;
    assertThat(budget.waitNanos(START)).isEqualTo(100_000);
    share = 1;
    assertThat(budget.waitNanos(START)).isZero();
  }
}
