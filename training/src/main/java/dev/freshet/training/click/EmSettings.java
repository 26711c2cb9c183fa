package dev.freshet.training.click;

/**
 * When an expectation-maximisation stops.
 *
 * @param iterations most that are made, at least 1
 * @param tolerance it has converged when no examination, no rate, no mean rate of documents and not
 *     the probability of a stray click moved by as much as this in an iteration; above 0
 */
public record EmSettings(int iterations, double tolerance) {
  /**
   * @throws IllegalArgumentException when a number is out of range
   */
  public EmSettings {
    if (iterations < 1 || !(tolerance > 0)) {
      throw new IllegalArgumentException(
          "iterations must be at least 1 and the tolerance above 0, were %d and %s"
              .formatted(iterations, tolerance));
    }
  }

  /** 500 iterations and 1e-4: more moves no posterior across a threshold. */
  public static EmSettings defaults() {
    return new EmSettings(500, 1e-4);
  }
}
