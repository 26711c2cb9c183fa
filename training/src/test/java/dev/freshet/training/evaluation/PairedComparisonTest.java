package dev.freshet.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PairedComparisonTest {

  @Test
  void enumeratesFewDifferences() {
    // Of the 8 ways to sign 1 2 3 only +++ and --- are as far from 0 as 6.
    assertThat(RandomisationTest.pValue(new double[] {1, 2, 3}, 1)).isEqualTo(2 / 8.0);
    // Sums of ±1 ±1 ±2: 4 2 2 0 0 -2 -2 -4; six of them are as far from 0 as 2.
    assertThat(RandomisationTest.pValue(new double[] {1, -1, 2}, 1)).isEqualTo(6 / 8.0);
  }

  @Test
  void equalQueriesSayNothing() {
    assertThat(RandomisationTest.pValue(new double[] {0, 1, 0, 2, 3, 0}, 1)).isEqualTo(2 / 8.0);
    assertThat(RandomisationTest.pValue(new double[50], 1)).isEqualTo(1);
  }

  @Test
  void roundingDoesNotBreakATie() {
    // 0.1 + 0.2 + 0.3 summed in another order is another double.
    assertThat(RandomisationTest.pValue(new double[] {0.3, 0.2, 0.1}, 1)).isEqualTo(2 / 8.0);
    assertThat(RandomisationTest.pValue(new double[] {0.1, 0.2, -0.3}, 1)).isEqualTo(1);
  }

  @Test
  void drawsManyDifferencesAsTheBinomialDistributionHasThem() {
    // 27 times +1 and 13 times -1: as far from 0 are 27 or more of 40 coins on one side.
    double[] differences = new double[40];
    Arrays.fill(differences, 1);
    Arrays.fill(differences, 0, 13, -1);
    double exact = 0;
    for (int heads = 27; heads <= 40; heads++) {
      exact += 2 * binomial(40, heads) / Math.pow(2, 40);
    }
    double deviation = Math.sqrt(exact * (1 - exact) / 100_000);
    assertThat(RandomisationTest.pValue(differences, 7)).isCloseTo(exact, within(4 * deviation));
  }

  private static double binomial(int n, int k) {
    double ways = 1;
    for (int i = 1; i <= k; i++) {
      ways = ways * (n - k + i) / i;
    }
    return ways;
  }

  @Test
  void drawsASignForEveryDifference() {
    // Two that count, at the same place of two words of random bits, amid what rounding swallows:
    // half of the ways give both the same sign.
    double[] differences = new double[150];
    Arrays.fill(differences, 1e-16);
    differences[10] = 1;
    differences[138] = 1;
    assertThat(RandomisationTest.pValue(differences, 3)).isCloseTo(0.5, within(0.01));
  }

  @Test
  void pIsNeverZero() {
    double[] differences = new double[200];
    Arrays.fill(differences, 1);
    assertThat(RandomisationTest.pValue(differences, 1)).isEqualTo(1 / 100_001.0);
  }

  @Test
  void anIntervalOfTwoQueriesFollowsTheirFourResamples() {
    // The means of resamples of 0 and 1: 0 for a quarter, 0.5 for a half, 1 for a quarter.
    double[] values = {0, 1};
    assertThat(BootstrapInterval.ofMean(values, 0.95, 5)).isEqualTo(new BootstrapInterval(0, 1));
    assertThat(BootstrapInterval.ofMean(values, 0.40, 5))
        .isEqualTo(new BootstrapInterval(0.5, 0.5));
  }

  @Test
  void anIntervalOfManyQueriesIsThatOfTheNormalDistribution() {
    double[] values = new Random(11).doubles(500).toArray();
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance =
        Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    double half = 1.96 * Math.sqrt(variance / values.length);
    BootstrapInterval interval = BootstrapInterval.ofMean(values, 0.95, 5);
    assertThat(interval.low()).isCloseTo(mean - half, within(0.05 * half));
    assertThat(interval.high()).isCloseTo(mean + half, within(0.05 * half));
  }

  @Test
  void comparesTheSystemWithTheBaseline() {
    PairedComparison comparison =
        PairedComparison.of(new double[] {0.5, 0.5, 0.25}, new double[] {1, 0.75, 0.5}, 1);
    assertThat(comparison.difference()).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(comparison.pValue()).isEqualTo(2 / 8.0);
    assertThat(comparison.interval()).isEqualTo(new BootstrapInterval(0.25, 0.5));
  }

  @Test
  void sameSeedSameNumbers() {
    double[] baseline = new Random(1).doubles(100).toArray();
    double[] system = new Random(2).doubles(100).toArray();
    PairedComparison first = PairedComparison.of(baseline, system, 9);
    assertThat(PairedComparison.of(baseline, system, 9)).isEqualTo(first);
    assertThat(PairedComparison.of(baseline, system, 10)).isNotEqualTo(first);
  }

  @Test
  void refusesOtherQueries() {
    assertThatThrownBy(() -> PairedComparison.of(new double[2], new double[3], 1))
        .hasMessageContaining("have 2 and 3");
    assertThatThrownBy(() -> BootstrapInterval.ofMean(new double[1], 1, 1))
        .hasMessage("confidence must be between 0 and 1, was 1.0");
  }
}
