package dev.freshet.training.lab;

import java.util.List;

/**
 * How even the loss is along the steps that training took.
 *
 * @param probes in the order of steps, at least one
 */
public record Smoothness(List<Probe> probes) {

  /**
   * One look along a step, on the step's own batch.
   *
   * @param step that was looked along
   * @param lossLow smallest loss at the places along the step
   * @param lossHigh largest
   * @param lipschitz largest {@code ‖g(θ + s·Δ) − g(θ)‖ / ‖s·Δ‖} of those places, g being the
   *     gradient and Δ the step
   */
  public record Probe(long step, double lossLow, double lossHigh, double lipschitz) {
    public Probe {
      Checks.notNegative("step", step);
    }

    double range() {
      return lossHigh - lossLow;
    }
  }

  public Smoothness {
    probes = List.copyOf(probes);
    if (probes.isEmpty()) {
      throw new IllegalArgumentException("smoothness needs a probe");
    }
  }
}
