package dev.freshet.training.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@link Smoothness} of a contender's runs at the selected rate, or of all its runs where none was
 * probed there.
 *
 * @param range median of the loss's range along a step
 * @param widestRange largest of them
 * @param lipschitz median of the gradient's Lipschitz quotient
 * @param highestLipschitz largest of them
 * @param steps median Lipschitz quotient, by the step of the probe, ascending
 */
record SmoothnessSummary(
    double range,
    double widestRange,
    double lipschitz,
    double highestLipschitz,
    Map<Long, Double> steps) {

  /** Null when no run was probed. */
  static @Nullable SmoothnessSummary of(Standing standing) {
    List<Smoothness.Probe> probes = probes(standing.selected().runs());
    if (probes.isEmpty()) {
      probes = probes(standing.runs());
    }
    if (probes.isEmpty()) {
      return null;
    }
    Map<Long, List<Smoothness.Probe>> byStep =
        probes.stream()
            .collect(
                Collectors.groupingBy(Smoothness.Probe::step, TreeMap::new, Collectors.toList()));
    Map<Long, Double> steps = new TreeMap<>();
    byStep.forEach((step, at) -> steps.put(step, lipschitz(at)));
    return new SmoothnessSummary(
        Medians.of(probes.stream().mapToDouble(Smoothness.Probe::range)),
        Medians.largest(probes.stream().mapToDouble(Smoothness.Probe::range)),
        lipschitz(probes),
        Medians.largest(probes.stream().mapToDouble(Smoothness.Probe::lipschitz)),
        steps);
  }

  private static double lipschitz(List<Smoothness.Probe> probes) {
    return Medians.of(probes.stream().mapToDouble(Smoothness.Probe::lipschitz));
  }

  private static List<Smoothness.Probe> probes(List<TrialResult> runs) {
    List<Smoothness.Probe> probes = new ArrayList<>();
    for (TrialResult run : runs) {
      Smoothness smoothness = run.probes().smoothness();
      if (smoothness != null) {
        probes.addAll(smoothness.probes());
      }
    }
    return probes;
  }
}
