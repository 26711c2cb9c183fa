package dev.freshet.training.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.training.optimise.DivergedException;
import dev.freshet.training.optimise.StepReport;
import org.junit.jupiter.api.Test;

class RoundRecorderTest {
  private static final int STEPS = 60;

  private final RoundRecorder recorder = new RoundRecorder(RoundHistory.EMPTY, STEPS);

  private void take(int from, int to, double loss) {
    for (int step = from; step <= to; step++) {
      assertThat(recorder.step(new StepReport(step, loss, 1e-2, 1))).isTrue();
    }
  }

  @Test
  void aLossThatDoublesAndStaysSoIsNoTraining() {
    take(1, 10, 0.3);
    assertThatThrownBy(() -> take(11, 20, 0.7)).isInstanceOf(DivergedException.class);
  }

  @Test
  void hardlyAnyLossMayDoubleOnModulesThatKnowMostOfIt() {
    take(1, 10, 0.02);
    take(11, 30, 0.06);
    assertThatThrownBy(() -> take(31, 40, 0.6))
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("from 0.02000 to 0.6");
  }
}
