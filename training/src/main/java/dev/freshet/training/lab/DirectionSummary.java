package dev.freshet.training.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@link Directions} of a contender's runs at the selected rate, or of all its runs where none was
 * probed there. Medians, because a gradient that is all but zero makes its quotient as large as one
 * likes.
 *
 * @param all over modules and probes
 * @param modules over probes, by the module's name
 * @param steps over modules, by the step of the probe, ascending
 * @param displacementCosine over probes; NaN where no embeddings were watched
 */
record DirectionSummary(
    Directions.Change all,
    Map<String, Directions.Change> modules,
    Map<Long, Directions.Change> steps,
    double displacementCosine) {

  /** Null when no run was probed. */
  static @Nullable DirectionSummary of(Standing standing) {
    List<Directions.Probe> probes = probes(standing.selected().runs());
    if (probes.isEmpty()) {
      probes = probes(standing.runs());
    }
    if (probes.isEmpty()) {
      return null;
    }
    Map<String, List<Directions.Change>> byModule = new LinkedHashMap<>();
    Map<Long, List<Directions.Change>> byStep = new TreeMap<>();
    for (Directions.Probe probe : probes) {
      byStep.computeIfAbsent(probe.step(), s -> new ArrayList<>()).addAll(probe.modules().values());
      probe
          .modules()
          .forEach((name, c) -> byModule.computeIfAbsent(name, n -> new ArrayList<>()).add(c));
    }
    return new DirectionSummary(
        median(byStep.values().stream().flatMap(List::stream).toList()),
        medians(byModule),
        medians(byStep),
        Medians.of(probes.stream().mapToDouble(DirectionSummary::displacementCosine)));
  }

  private static double displacementCosine(Directions.Probe probe) {
    Double cosine = probe.displacementCosine();
    return cosine == null ? Double.NaN : cosine;
  }

  private static List<Directions.Probe> probes(List<TrialResult> runs) {
    List<Directions.Probe> probes = new ArrayList<>();
    for (TrialResult run : runs) {
      Directions directions = run.probes().directions();
      if (directions != null) {
        probes.addAll(directions.probes());
      }
    }
    return probes;
  }

  private static <K> Map<K, Directions.Change> medians(Map<K, List<Directions.Change>> changes) {
    return changes.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, e -> median(e.getValue()), (a, b) -> a, LinkedHashMap::new));
  }

  private static Directions.Change median(List<Directions.Change> changes) {
    return new Directions.Change(
        Medians.of(changes.stream().mapToDouble(Directions.Change::relative)),
        Medians.of(changes.stream().mapToDouble(Directions.Change::cosine)));
  }
}
