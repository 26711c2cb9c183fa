package dev.freshet.pipeline.tune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.config.RoundConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundPlanTest {
  /** A round by time has few interactions; a later one has those of earlier rounds, too. */
  @ParameterizedTest
  @CsvSource({"1, 1", "1000, 1", "1500, 1.5", "2000, 2", "2600, 2.6", "3000, 3", "20000, 3"})
  void aRoundTakesStepsForAllThatItLearnsFrom(int interactions, double rounds) {
    RoundConfig config = RoundConfig.defaults();
    int steps = new RoundPlan(config).stepsFor(interactions, 1_000).steps();
    assertThat(steps).isEqualTo((int) Math.round(rounds * config.steps()));
  }

  @Test
  void roundsTogetherTakeTheStepsOfEach() {
    RoundConfig config = RoundConfig.defaults();
    // 1 + 1.8 + 2.6 + 3: a fifth of what was clicked judges, and none takes more than three.
    assertThat(new RoundPlan(config).stepsOf(4, 0.8).steps())
        .isEqualTo((int) Math.round(8.4 * config.steps()));
  }
}
