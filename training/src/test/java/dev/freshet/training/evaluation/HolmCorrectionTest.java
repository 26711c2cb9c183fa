package dev.freshet.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class HolmCorrectionTest {
  @Test
  void theSmallestTakesTheWholeCountAndNoneIsBelowASmallerOne() {
    assertThat(HolmCorrection.of(new double[] {0.04, 0.01, 0.03}))
        .containsExactly(new double[] {0.06, 0.03, 0.06}, within(1e-12));
  }

  @Test
  void isAtMostOneAndLeavesASingleOneAlone() {
    assertThat(HolmCorrection.of(new double[] {0.7, 0.6})).containsExactly(1, 1);
    assertThat(HolmCorrection.of(new double[] {0.2})).containsExactly(0.2);
    assertThat(HolmCorrection.of(new double[0])).isEmpty();
  }
}
