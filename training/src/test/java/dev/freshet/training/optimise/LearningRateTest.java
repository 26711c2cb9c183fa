package dev.freshet.training.optimise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LearningRateTest {
  @Test
  void growsToItsPeakAndFallsToZero() {
    LearningRate rate = new LearningRate(8, 4, 12);
    assertThat(rate.at(0)).isEqualTo(2);
    assertThat(rate.at(3)).isEqualTo(8);
    assertThat(rate.at(4)).isEqualTo(8);
    assertThat(rate.at(8)).isEqualTo(4);
    assertThat(rate.at(11)).isCloseTo(1, within(1e-12));
  }

  @Test
  void warmUpMayBeNothingOrAll() {
    assertThat(new LearningRate(1, 0, 2).at(0)).isEqualTo(1);
    assertThat(new LearningRate(1, 2, 2).at(1)).isEqualTo(1);
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(() -> new LearningRate(0, 0, 1)).hasMessageContaining("peak 0.0");
    assertThatThrownBy(() -> new LearningRate(1, 3, 2)).hasMessageContaining("warm-up 3, steps 2");
    assertThatThrownBy(() -> new LearningRate(Double.NaN, 0, 1)).hasMessageContaining("NaN");
  }
}
