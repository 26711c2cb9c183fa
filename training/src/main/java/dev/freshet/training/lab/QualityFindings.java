package dev.freshet.training.lab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** How good the contenders of a task are, and what can be said of their differences. */
final class QualityFindings {
  /** Longer lists of names than this are counted: the table has them. */
  private static final int MOST_NAMED = 4;

  private final Comparison comparison;
  private final Task task;

  private QualityFindings(Comparison comparison, Task task) {
    this.comparison = comparison;
    this.task = task;
  }

  /** Sentences, the most important first. */
  static List<String> of(Comparison comparison, Task task) {
    QualityFindings findings = new QualityFindings(comparison, task);
    List<String> sentences = new ArrayList<>();
    sentences.add(findings.full());
    for (BudgetGroup group : BudgetGroup.of(comparison.of(task))) {
      List<Standing> tested =
          group.standings().stream()
              .filter(standing -> !standing.entrant().isFull() && standing.primary() != null)
              .toList();
      if (!tested.isEmpty()) {
        sentences.add(findings.highest(group, tested) + findings.againstFull(tested));
        tested.stream()
            .filter(Standing::isInsideAndAside)
            .max(Comparator.comparingDouble(standing -> standing.selected().value()))
            .map(best -> findings.againstOther(group, best))
            .ifPresent(sentences::add);
      }
    }
    return sentences;
  }

  private String full() {
    String others =
        comparison.baselines(task).stream()
            .map(baseline -> baseline.name() + " " + Numbers.fixed(baseline.test().primary(), 3))
            .collect(Collectors.joining(", "));
    String untuned = others.isEmpty() ? "." : "; without tuning: " + others + ".";
    Standing full = comparison.full(task);
    Spread spread = full == null ? null : full.primary();
    if (full == null || spread == null) {
      return "There is no result of full fine-tuning, so nothing can be held against it" + untuned;
    }
    return "Full fine-tuning: %s %s%s%s"
        .formatted(
            full.test().keySet().iterator().next(),
            Numbers.meanAndDeviation(spread, 3),
            spread.count() == 1 ? "" : ", n = " + spread.count(),
            untuned);
  }

  private String highest(BudgetGroup group, List<Standing> tested) {
    Standing highest =
        tested.stream().max(Comparator.comparingDouble(QualityFindings::mean)).orElseThrow();
    String value = Numbers.meanAndDeviation(highest.primary(), 3);
    return tested.size() == 1
        ? "%s: %s %s.".formatted(group.at(), highest.entrant().name(), value)
        : "%s, %s has the highest mean of %d contenders, %s."
            .formatted(group.at(), highest.entrant().name(), tested.size(), value);
  }

  private static double mean(Standing standing) {
    Spread spread = standing.primary();
    return spread == null ? Double.NEGATIVE_INFINITY : spread.mean();
  }

  private String againstFull(List<Standing> tested) {
    List<Standing> held = tested.stream().filter(s -> comparison.againstFull(s) != null).toList();
    if (held.isEmpty()) {
      return "";
    }
    List<String> better = names(held, Significance::isBetter);
    List<String> worse = names(held, Significance::isWorse);
    List<String> open = names(held, s -> !s.isBetter() && !s.isWorse());
    return " %s significantly better than full fine-tuning, %s significantly worse%s."
        .formatted(
            better.isEmpty()
                ? "No contender is"
                : listed(better, held) + (better.size() == 1 ? " is" : " are"),
            worse.isEmpty() ? "none is" : listed(worse, held),
            open.isEmpty() ? "" : "; no difference is shown for " + listed(open, held));
  }

  private List<String> names(List<Standing> held, Predicate<Significance> chosen) {
    return held.stream()
        .filter(
            standing -> {
              Significance significance = comparison.againstFull(standing);
              return significance != null && chosen.test(significance);
            })
        .map(standing -> standing.entrant().name())
        .toList();
  }

  private static String listed(List<String> names, List<Standing> held) {
    if (names.size() <= MOST_NAMED) {
      return String.join(", ", names);
    }
    return names.size() == held.size()
        ? "all " + names.size()
        : names.size() + " of " + held.size();
  }

  private String againstOther(BudgetGroup group, Standing best) {
    Significance significance = comparison.againstOther(best);
    if (significance == null) {
      return "%s, there is no contender without aside modules to hold %s against."
          .formatted(group.at(), best.entrant().name());
    }
    String p = Numbers.pValue(significance.corrected());
    return "%s, the best by validation with aside modules, %s, against the best without, %s: %s (95 %% interval %s to %s, corrected p %s), %s."
        .formatted(
            group.at(),
            best.entrant().name(),
            significance.reference().name(),
            Numbers.signed(significance.paired().difference(), 3),
            Numbers.signed(significance.paired().interval().low(), 3),
            Numbers.signed(significance.paired().interval().high(), 3),
            p.startsWith("<") ? p : "= " + p,
            significance.isBetter()
                ? "significantly better"
                : significance.isWorse() ? "significantly worse" : "no difference is shown");
  }
}
