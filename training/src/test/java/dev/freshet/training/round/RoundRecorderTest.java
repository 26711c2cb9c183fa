package dev.freshet.training.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.training.optimise.DivergedException;
import dev.freshet.training.optimise.StepReport;
import org.junit.jupiter.api.Test;

class RoundRecorderTest {
  private static final int STEPS = 60;
  private static final double CHANCE = 4.16;

  private final RoundRecorder recorder = new RoundRecorder(RoundHistory.EMPTY, STEPS, CHANCE);

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
  void aLossThatComesBackFromFarBelowIsNoTrainingEither() {
    take(1, 10, 0.9);
    take(11, 30, 0.3);
    assertThatThrownBy(() -> take(31, 40, 0.8))
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("from 0.3000 to 0.7");
  }

  @Test
  void aModelThatTellsNothingApartAnyMoreHasUnlearned() {
    take(1, 10, 2.5);
    take(11, 20, 3.5);
    assertThatThrownBy(() -> take(21, 30, 4.15))
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("was 2.500 and is 4.02")
        .hasMessageContaining("(4.160)");
  }

  @Test
  void aModelThatHasNotLearnedYetHasNotUnlearned() {
    take(1, 60, 4.14);
  }

  @Test
  void whereThereIsHardlyAnythingToTellApartNothingIsUnlearned() {
    RoundRecorder few = new RoundRecorder(RoundHistory.EMPTY, STEPS, 0.1);
    for (int step = 1; step <= STEPS; step++) {
      few.step(new StepReport(step, step <= STEPS / 2 ? 0.06 : 0.099, 1e-2, 1));
    }
    assertThat(few.history().losses()).hasSize(STEPS);
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
