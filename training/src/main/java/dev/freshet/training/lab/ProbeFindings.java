package dev.freshet.training.lab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Between what the probes of a task's contenders lie. */
final class ProbeFindings {
  private ProbeFindings() {}

  /** A sentence for each budget in which at least two contenders were probed. */
  static List<String> of(List<Standing> standings) {
    List<String> sentences = new ArrayList<>();
    for (BudgetGroup group : BudgetGroup.of(standings)) {
      List<String> parts = new ArrayList<>();
      between(parts, group, "the median change D of a module's gradient", ProbeFindings::change);
      between(parts, group, "the gradient's median Lipschitz quotient", ProbeFindings::quotient);
      if (!parts.isEmpty() && group.share() != null) {
        sentences.add(group.at() + ", " + String.join("; ", parts) + ".");
      }
    }
    return sentences;
  }

  private static double change(Standing standing) {
    DirectionSummary summary = DirectionSummary.of(standing);
    return summary == null ? Double.NaN : summary.all().relative();
  }

  private static double quotient(Standing standing) {
    SmoothnessSummary summary = SmoothnessSummary.of(standing);
    return summary == null ? Double.NaN : summary.lipschitz();
  }

  private static void between(
      List<String> parts, BudgetGroup group, String what, ToDoubleFunction<Standing> value) {
    List<Standing> known =
        group.standings().stream()
            .filter(standing -> Double.isFinite(value.applyAsDouble(standing)))
            .sorted(Comparator.comparingDouble(value))
            .toList();
    if (known.size() < 2) {
      return;
    }
    Standing least = known.get(0);
    Standing most = known.get(known.size() - 1);
    parts.add(
        "%s goes from %s (%s) to %s (%s)"
            .formatted(
                what,
                Numbers.rounded(value.applyAsDouble(least)),
                least.entrant().name(),
                Numbers.rounded(value.applyAsDouble(most)),
                most.entrant().name()));
  }
}
