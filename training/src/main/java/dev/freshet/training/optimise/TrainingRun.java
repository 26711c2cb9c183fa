package dev.freshet.training.optimise;

import dev.freshet.model.encoder.GradientMode;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/**
 * The loop of steps: loss and gradients, then a step of the optimiser, until the learning rate's
 * last step. On one thread a run is the same to the bit however often it is interrupted and
 * resumed.
 *
 * <p>Stops between two steps when its thread is interrupted.
 */
public final class TrainingRun {
  private final Objective objective;
  private final AdamW optimiser;
  private final LearningRate learningRate;

  public TrainingRun(Objective objective, AdamW optimiser, LearningRate learningRate) {
    this.objective = objective;
    this.optimiser = optimiser;
    this.learningRate = learningRate;
  }

  /**
   * Takes the steps that the optimiser has not taken yet.
   *
   * @param afterStep is told after each
   * @throws DivergedException when a loss or a gradient is not finite; the tensors are as after the
   *     step before
   * @throws CancellationException when the thread was interrupted; the tensors are as after the
   *     last step that was told
   */
  public void run(Consumer<StepReport> afterStep) {
    while (optimiser.steps() < learningRate.steps()) {
      if (Thread.interrupted()) {
        throw new CancellationException("the training was interrupted");
      }
      long step = optimiser.steps();
      double rate = learningRate.at(step);
      double loss = backward(step);
      if (!Double.isFinite(loss)) {
        throw new DivergedException(
            "the loss of step %d of %d is %s, at a learning rate of %.3g: try a lower one"
                .formatted(step + 1, learningRate.steps(), loss, rate));
      }
      afterStep.accept(new StepReport(step + 1, loss, rate, step(step, rate)));
    }
  }

  private double backward(long step) {
    try (GradientMode on = GradientMode.on()) {
      return objective.backward(step);
    }
  }

  private double step(long step, double rate) {
    try {
      return optimiser.step(rate);
    } catch (DivergedException e) {
      throw new DivergedException(
          "step %d of %d, at a learning rate of %.3g: %s; try a lower one"
              .formatted(step + 1, learningRate.steps(), rate, e.getMessage()));
    }
  }
}
