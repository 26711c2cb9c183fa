package dev.freshet.training.lab;

import dev.freshet.training.report.Block;
import dev.freshet.training.report.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How many steps and how much time learning takes. */
final class EfficiencySection {
  private final Comparison comparison;

  private EfficiencySection(Comparison comparison) {
    this.comparison = comparison;
  }

  static Report.Section of(Comparison comparison) {
    EfficiencySection section = new EfficiencySection(comparison);
    List<Block> blocks = new ArrayList<>();
    for (Task task : comparison.tasks()) {
      blocks.add(new Block.Heading(task.label()));
      blocks.add(section.table(task));
      blocks.addAll(section.charts(task));
    }
    return new Report.Section("Learning efficiency", blocks);
  }

  private Block table(Task task) {
    StandingTable table =
        new StandingTable()
            .number("reached by", this::reached)
            .ranked(
                "steps to 95 %", s -> goal(s, Milestone::steps), s -> merit(s, Milestone::steps))
            .number("of full's", s -> ofFull(s, Milestone::steps))
            .ranked(
                "CPU s to 95 %",
                s -> goal(s, Milestone::cpuSeconds), s -> merit(s, Milestone::cpuSeconds))
            .number("of full's", s -> ofFull(s, Milestone::cpuSeconds))
            .number("CPU s a step", s -> Numbers.rounded(secondsAStep(s)))
            .number("best step", EfficiencySection::bestStep);
    return new Block.Tabular(
        "Training until the first validation with at least 95 % of full fine-tuning's best"
            + " (its mean over seeds); mean ± sample standard deviation over the seeds. Never: not"
            + " every seed got there. Validations lie some steps apart, and so do these numbers. CPU"
            + " time is that of all threads, of training alone.",
        table.of(comparison.of(task)));
  }

  private String reached(Standing standing) {
    Milestone milestone = comparison.milestone(standing);
    return milestone == null
        ? Numbers.NONE
        : "%d of %d".formatted(milestone.reached(), milestone.of());
  }

  private String goal(Standing standing, Function<Milestone, @Nullable Spread> unit) {
    Milestone milestone = comparison.milestone(standing);
    if (milestone == null) {
      return Numbers.NONE;
    }
    Spread spread = unit.apply(milestone);
    if (spread == null || !milestone.isReachedByAll()) {
      return "never";
    }
    return Numbers.meanAndDeviation(spread, spread.mean() >= 100 ? 0 : 1);
  }

  private @Nullable Double mean(Standing standing, Function<Milestone, @Nullable Spread> unit) {
    Milestone milestone = comparison.milestone(standing);
    Spread spread = milestone == null || !milestone.isReachedByAll() ? null : unit.apply(milestone);
    return spread == null ? null : spread.mean();
  }

  private @Nullable Double merit(Standing standing, Function<Milestone, @Nullable Spread> unit) {
    Double mean = mean(standing, unit);
    return mean == null ? null : -mean;
  }

  private String ofFull(Standing standing, Function<Milestone, @Nullable Spread> unit) {
    Standing full = comparison.full(standing.entrant().task());
    Double whole = full == null ? null : mean(full, unit);
    Double part = mean(standing, unit);
    return whole == null || part == null || whole == 0
        ? Numbers.NONE
        : Numbers.percent(part / whole, 0);
  }

  private static double secondsAStep(Standing standing) {
    List<Effort> efforts = standing.runs().stream().map(TrialResult::effort).toList();
    double steps = efforts.stream().mapToDouble(Effort::steps).sum();
    return efforts.stream().mapToDouble(Effort::cpuSeconds).sum() / steps;
  }

  private static String bestStep(Standing standing) {
    Spread spread =
        Spread.of(
            standing.selected().finished().stream()
                .mapToDouble(run -> run.progress().bestStep())
                .toArray());
    return spread == null ? Numbers.NONE : Numbers.fixed(spread.mean(), 0);
  }

  private List<Block> charts(Task task) {
    String quality = comparison.primaryMetric(task) + ", held-out part";
    return new Charts(comparison, task)
        .of(
            "Mean over the seeds at the selected learning rate, as far as all of them went.",
            new Charts.Plot(
                "validation-steps",
                "Validation over steps",
                "step",
                quality,
                standing -> Curves.validation(standing, false)),
            new Charts.Plot(
                "validation-seconds",
                "Validation over CPU time",
                "CPU seconds",
                quality,
                standing -> Curves.validation(standing, true)),
            new Charts.Plot("loss", "Training loss", "step", "loss", Curves::loss));
  }
}
