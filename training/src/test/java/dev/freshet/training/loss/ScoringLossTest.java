package dev.freshet.training.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.freshet.model.encoder.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScoringLossTest {
  private final NDManager manager = Torch.newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  private double loss(ScoringLoss loss, double... scores) {
    NDArray groups = manager.create(scores, new Shape(2, 3));
    return loss.of(groups, manager.create(new double[] {0.25, 0.75})).toDoubleArray()[0];
  }

  @Test
  void pairsCountEachForItself() {
    double first = (Math.log(1 + Math.exp(1 - 2)) + Math.log(1 + Math.exp(3 - 2))) / 2;
    double second = Math.log(2);
    assertThat(loss(ScoringLoss.PAIRWISE, 2, 1, 3, 5, 5, 5))
        .isCloseTo(0.25 * first + 0.75 * second, within(1e-12));
  }

  @Test
  void aWideMarginDoesNotOverflow() {
    assertThat(loss(ScoringLoss.PAIRWISE, -2000, 0, 0, 2000, 0, 0)).isCloseTo(500, within(1e-9));
  }

  @Test
  void aListIsASoftmax() {
    double first = Math.log(Math.exp(2) + Math.exp(1) + Math.exp(3)) - 2;
    double second = Math.log(3);
    assertThat(loss(ScoringLoss.LISTWISE, 2, 1, 3, 5, 5, 5))
        .isCloseTo(0.25 * first + 0.75 * second, within(1e-12));
  }

  @Test
  void aGroupNeedsAnother() {
    NDArray alone = manager.create(new double[] {1, 2}, new Shape(2, 1));
    assertThatThrownBy(() -> ScoringLoss.PAIRWISE.of(alone, manager.create(new double[] {1, 1})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 2 documents to be told apart, has 1");
  }
}
