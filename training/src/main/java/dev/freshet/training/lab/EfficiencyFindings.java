package dev.freshet.training.lab;

import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How soon the contenders of a task are nearly as good as full fine-tuning. */
final class EfficiencyFindings {
  private final Comparison comparison;

  private EfficiencyFindings(Comparison comparison) {
    this.comparison = comparison;
  }

  static String of(Comparison comparison, Task task) {
    return new EfficiencyFindings(comparison).sentence(comparison.of(task), comparison.full(task));
  }

  private String sentence(List<Standing> standings, @Nullable Standing full) {
    if (full == null || comparison.milestone(full) == null) {
      return "How fast contenders learn cannot be held against full fine-tuning.";
    }
    List<Standing> others =
        standings.stream().filter(standing -> !standing.entrant().isFull()).toList();
    List<Standing> there = others.stream().filter(this::isThere).toList();
    String first =
        "To 95 %% of its best validation, full fine-tuning needs %s steps and %s s of CPU time"
            .formatted(steps(full), seconds(full));
    if (there.isEmpty()) {
      return first + "; no other contender gets there with every seed.";
    }
    Standing fewest = least(there, Milestone::steps);
    Standing fastest = least(there, Milestone::cpuSeconds);
    return "%s; of the others %d of %d do so with every seed, with the fewest steps %s (%s), with the least CPU time %s (%s s)."
        .formatted(
            first,
            there.size(),
            others.size(),
            fewest.entrant().label(),
            steps(fewest),
            fastest.entrant().label(),
            seconds(fastest));
  }

  private boolean isThere(Standing standing) {
    Milestone milestone = comparison.milestone(standing);
    return milestone != null && milestone.isReachedByAll();
  }

  private Standing least(List<Standing> there, Function<Milestone, @Nullable Spread> unit) {
    return there.stream()
        .min(Comparator.comparingDouble(standing -> mean(standing, unit)))
        .orElseThrow();
  }

  private double mean(Standing standing, Function<Milestone, @Nullable Spread> unit) {
    Milestone milestone = comparison.milestone(standing);
    Spread spread = milestone == null ? null : unit.apply(milestone);
    return spread == null ? Double.NaN : spread.mean();
  }

  private String steps(Standing standing) {
    return Numbers.fixed(mean(standing, Milestone::steps), 0);
  }

  private String seconds(Standing standing) {
    return Numbers.rounded(mean(standing, Milestone::cpuSeconds));
  }
}
