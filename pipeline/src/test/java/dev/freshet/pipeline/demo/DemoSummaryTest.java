package dev.freshet.pipeline.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DemoSummaryTest {
  private static Standing standing(int round, double dense, double everyday) {
    return new Standing(
        round, round + 1, true, List.of(), new Quality(dense, everyday, 0.4, 0.3), 1_000L * round);
  }

  @Test
  void clicksAreHeldAgainstTheTrueAnswers() {
    List<Standing> rounds = List.of(standing(0, 0.3, 0.1), standing(1, 0.5, 0.2));
    Quality labels = new Quality(0.7, 0.6, Double.NaN, Double.NaN);
    assertThat(new DemoSummary(rounds, labels).sentences())
        .containsExactly(
            "An encoder that was tuned on the true answers reaches 0.700; clicks went 50 % of the"
                + " way to it.",
            "In everyday speech it reaches 0.600; clicks went 20 % of the way to it.");
    assertThat(new DemoSummary(rounds, null).sentences()).isEmpty();
  }

  @Test
  void aCollectionWithoutEverydaySpeechSaysNothingOfIt() {
    List<Standing> rounds = List.of(standing(0, 0.3, Double.NaN), standing(1, 0.5, Double.NaN));
    Quality labels = new Quality(0.7, Double.NaN, Double.NaN, Double.NaN);
    assertThat(new DemoSummary(rounds, labels).sentences())
        .containsExactly(
            "An encoder that was tuned on the true answers reaches 0.700; clicks went 50 % of the"
                + " way to it.");
  }
}
