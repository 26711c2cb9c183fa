package dev.freshet.training.lab;

/**
 * What a run cost, training alone: without validation, test and probes.
 *
 * @param steps that were taken
 * @param cpuSeconds of all threads together
 * @param wallSeconds on the clock; says little on a machine that others use
 */
public record Effort(long steps, double cpuSeconds, double wallSeconds) {
  public Effort {
    Checks.notNegative("steps", steps);
    Checks.notNegative("cpuSeconds", cpuSeconds);
    Checks.notNegative("wallSeconds", wallSeconds);
  }
}
