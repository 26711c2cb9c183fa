package dev.freshet.training.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.freshet.model.encoder.GradientMode;
import dev.freshet.model.encoder.Torch;
import dev.freshet.training.optimise.Gradients;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InfoNceTest {
  private final NDManager manager = Torch.newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  /** Queries along the axes; candidates (1, 0) and (0.6, 0.8), of whatever length. */
  @Test
  void isTheMeanOfBothDirections() {
    NDArray queries = manager.create(new double[] {2, 0, 0, 5}, new Shape(2, 2));
    NDArray candidates = manager.create(new double[] {3, 0, 6, 8}, new Shape(2, 2));
    double byQuery = (softmaxLoss(1, 0.6) + softmaxLoss(0.8, 0)) / 2;
    double byCandidate = (softmaxLoss(1, 0) + softmaxLoss(0.8, 0.6)) / 2;
    assertThat(new InfoNce(0.5).symmetric(queries, candidates).toDoubleArray()[0])
        .isCloseTo((byQuery + byCandidate) / 2, within(1e-12));
  }

  /** -log of the softmax's share of the own cosine among two, at temperature 0.5. */
  private static double softmaxLoss(double own, double other) {
    return Math.log(1 + Math.exp((other - own) / 0.5));
  }

  /**
   * Queries along the axes, against (1, 0), (0.6, 0.8) and (0, 1). The first query must not be told
   * from the second candidate.
   */
  @Test
  void weighsQueriesAndLeavesOutWhatIsNoNegative() {
    NDArray queries = manager.create(new double[] {2, 0, 0, 5}, new Shape(2, 2));
    NDArray candidates = manager.create(new double[] {3, 0, 6, 8, 0, 1}, new Shape(3, 2));
    ContrastiveBatch batch =
        new ContrastiveBatch(
            new int[] {0, 1},
            new double[] {1, 3},
            new boolean[][] {{false, true, false}, {false, false, false}});
    double first = softmaxLoss(1, 0);
    double second = Math.log(1 + Math.exp(-0.8 / 0.5) + Math.exp(0.2 / 0.5));
    assertThat(new InfoNce(0.5).weighted(queries, candidates, batch).toDoubleArray()[0])
        .isCloseTo((first + 3 * second) / 4, within(1e-7));
  }

  @Test
  void aBatchMustFitTogether() {
    assertThatThrownBy(
            () ->
                new ContrastiveBatch(
                    new int[] {0}, new double[] {1}, new boolean[][] {{true, false}}))
        .hasMessageContaining("none for its own");
    assertThatThrownBy(
            () -> new ContrastiveBatch(new int[] {0}, new double[] {-1}, new boolean[][] {{false}}))
        .hasMessageContaining("one was -1.0");
  }

  @Test
  void gradientsAreThoseOfTheDifferenceQuotient() {
    double[] values = new Random(1).doubles(12, -1, 1).toArray();
    NDArray queries = manager.create(values, new Shape(4, 3));
    NDArray candidates =
        manager.create(new Random(2).doubles(12, -1, 1).toArray(), new Shape(4, 3));
    queries.setRequiresGradient(true);
    InfoNce loss = new InfoNce(0.1);
    try (GradientMode on = GradientMode.on()) {
      Gradients.flow(loss.symmetric(queries, candidates));
    }
    double[] gradient = queries.getGradient().toDoubleArray();
    for (int i = 0; i < values.length; i++) {
      double quotient =
          (shifted(loss, values, i, 1e-6, candidates) - shifted(loss, values, i, -1e-6, candidates))
              / 2e-6;
      assertThat(gradient[i]).isCloseTo(quotient, within(1e-6));
    }
  }

  private double shifted(
      InfoNce loss, double[] values, int element, double shift, NDArray candidates) {
    double[] changed = values.clone();
    changed[element] += shift;
    return loss.symmetric(manager.create(changed, new Shape(4, 3)), candidates).toDoubleArray()[0];
  }

  @Test
  void temperatureMustBeAboveZero() {
    assertThatThrownBy(() -> new InfoNce(0)).hasMessageContaining("was 0.0");
  }
}
