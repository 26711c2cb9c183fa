package dev.freshet.pipeline.tune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.config.RoundConfig;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundPlanTest {
  /** A round by time has few interactions; one after others that proved nothing has theirs too. */
  @ParameterizedTest
  @CsvSource({"1, 1", "999, 1", "1000, 1", "1999, 1", "2000, 2", "3700, 3", "20000, 3"})
  void aRoundTakesTheStepsOfThoseWhoseInteractionsItHas(int fresh, int rounds) {
    RoundConfig config = RoundConfig.defaults();
    int steps = new RoundPlan(config).stepsFor(fresh, 1_000).steps();
    assertThat(steps).isEqualTo(rounds * config.steps());
  }
}
