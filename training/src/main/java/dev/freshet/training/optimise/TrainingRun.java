package dev.freshet.training.optimise;

import dev.freshet.model.encoder.GradientMode;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The loop of steps: loss and gradients, then a step of the optimiser, until the learning rate's
 * last step or until it is told to stop. On one thread a run is the same to the bit however often
 * it is interrupted and resumed.
 *
 * <p>Stops between two steps when its thread is interrupted.
 */
public final class TrainingRun {
  private final Objective objective;
  private final AdamW optimiser;
  private final LearningRate learningRate;
  private final int passes;

  /** A run whose steps are of one pass each. */
  public TrainingRun(Objective objective, AdamW optimiser, LearningRate learningRate) {
    this(objective, optimiser, learningRate, 1);
  }

  /**
   * @param passes whose gradients are averaged for each step, at least 1: the objective sees as
   *     many steps for each one of the optimiser
   */
  public TrainingRun(Objective objective, AdamW optimiser, LearningRate learningRate, int passes) {
    if (passes < 1) {
      throw new IllegalArgumentException("a step needs at least 1 pass, was " + passes);
    }
    this.objective = objective;
    this.optimiser = optimiser;
    this.learningRate = learningRate;
    this.passes = passes;
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
    runWhile(
        report -> {
          afterStep.accept(report);
          return true;
        });
  }

  /**
   * Takes the steps that the optimiser has not taken yet, until one is the last.
   *
   * @param afterStep is told after each, and answers whether to go on
   * @throws DivergedException as {@link #run}
   * @throws CancellationException as {@link #run}
   */
  public void runWhile(Predicate<StepReport> afterStep) {
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
      if (!afterStep.test(new StepReport(step + 1, loss, rate, step(step, rate)))) {
        return;
      }
    }
  }

  private double backward(long step) {
    double sum = 0;
    try (GradientMode on = GradientMode.on()) {
      for (int pass = 0; pass < passes; pass++) {
        sum += objective.backward(step * passes + pass);
      }
    }
    return sum / passes;
  }

  private double step(long step, double rate) {
    try {
      return optimiser.step(rate, 1.0 / passes);
    } catch (DivergedException e) {
      throw new DivergedException(
          "step %d of %d, at a learning rate of %.3g: %s; try a lower one"
              .formatted(step + 1, learningRate.steps(), rate, e.getMessage()));
    }
  }
}
