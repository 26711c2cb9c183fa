package dev.freshet.training.lab;

import java.util.List;

/**
 * How a run went.
 *
 * @param losses of training, in the order of steps
 * @param validations of the primary measure on the held-out part, in the order of steps; for a run
 *     that finished at least one
 * @param bestStep step of the validation whose model was kept and tested; 0 where there was none
 */
public record Progress(List<Loss> losses, List<Validation> validations, long bestStep) {

  /**
   * A point of the loss curve.
   *
   * @param step counted from 1; with several steps a point the last of them
   * @param cpuSeconds of training until then
   * @param value mean over the point's steps; not finite in a run that diverged
   */
  public record Loss(long step, double cpuSeconds, double value) {
    public Loss {
      Checks.notNegative("step", step);
      Checks.notNegative("cpuSeconds", cpuSeconds);
    }
  }

  /**
   * A look at the held-out part.
   *
   * @param step after which it was; 0 is before training
   * @param cpuSeconds of training until then
   * @param value of the primary measure, 0 to 1
   */
  public record Validation(long step, double cpuSeconds, double value) {
    public Validation {
      Checks.notNegative("step", step);
      Checks.notNegative("cpuSeconds", cpuSeconds);
      Checks.finite("a validation's value", value);
    }
  }

  public Progress {
    losses = List.copyOf(losses);
    validations = List.copyOf(validations);
    long best = bestStep;
    if (!validations.isEmpty() && validations.stream().noneMatch(v -> v.step() == best)) {
      throw new IllegalArgumentException(
          "bestStep must be the step of a validation, was " + bestStep);
    }
  }

  /** The validation's value at {@link #bestStep}; 0, the worst there is, where there was none. */
  public double bestValidation() {
    return validations.stream()
        .filter(validation -> validation.step() == bestStep)
        .mapToDouble(Validation::value)
        .findFirst()
        .orElse(0);
  }
}
