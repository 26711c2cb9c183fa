package dev.freshet.training.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServedComparisonTest {
  private static ServedComparison of(double... after) {
    return ServedComparison.of("nDCG@10", new double[] {0.5, 0.5}, after, 0.95, 1);
  }

  @Test
  void itIsSaidWithNumbers() {
    ServedComparison judged = of(0.75, 0.75);
    assertThat(judged.said("so it is"))
        .isEqualTo(
            "so it is: nDCG@10 0.750, served 0.500, difference +0.250"
                + " (95 %: +0.250 to +0.250, 2 queries)");
    assertThat(judged.metrics("golden"))
        .containsEntry("golden nDCG@10", 0.75)
        .containsEntry("golden nDCG@10 before", 0.5)
        .containsEntry("golden difference low", 0.25)
        .containsEntry("golden queries", 2.0);
  }

  @Test
  void onlyWhatEveryQuerySaysIsSure() {
    assertThat(of(0.75, 0.625).surelyGained()).isEqualTo(0.125);
    assertThat(of(1, 0.25).surelyGained()).isEqualTo(-0.25);
    assertThat(of(1, 0.25).isSureLoss()).isFalse();
    assertThat(of(0.25, 0.375).isSureLoss()).isTrue();
    assertThat(of(0.25, 0.375).mostLost()).isEqualTo(0.25);
  }
}
