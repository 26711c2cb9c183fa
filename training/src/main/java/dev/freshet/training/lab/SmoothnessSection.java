package dev.freshet.training.lab;

import dev.freshet.training.report.Block;
import dev.freshet.training.report.LineChart;
import dev.freshet.training.report.Report;
import dev.freshet.training.report.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** How even the loss is along the steps of training. */
final class SmoothnessSection {
  private SmoothnessSection() {}

  static Report.Section of(Comparison comparison) {
    List<Block> blocks = new ArrayList<>();
    for (Task task : comparison.tasks()) {
      List<Standing> probed =
          comparison.of(task).stream().filter(s -> SmoothnessSummary.of(s) != null).toList();
      blocks.add(new Block.Heading(task.label()));
      if (probed.isEmpty()) {
        blocks.add(new Block.Paragraph("No trial was probed for smoothness."));
      } else {
        blocks.add(table(probed));
        blocks.addAll(charts(comparison, task));
      }
    }
    return new Report.Section("Smoothness of the loss", blocks);
  }

  private static Block table(List<Standing> probed) {
    StandingTable table = new StandingTable();
    column(table, "range of loss", SmoothnessSummary::range);
    column(table, "widest range", SmoothnessSummary::widestRange);
    column(table, "Lipschitz quotient", SmoothnessSummary::lipschitz);
    column(table, "highest quotient", SmoothnessSummary::highestLipschitz);
    return new Block.Tabular(
        "Along the steps that were probed, on the step's own batch: the largest less the smallest"
            + " loss, and the largest change of the gradient relative to the way. Medians over"
            + " probed steps and seeds, and the extremes. Strong: the smallest of its group."
            + " Quotients are per unit of a method's own parameters, so they compare steps of equal"
            + " length, not models of equal size.",
        table.of(probed));
  }

  private static void column(
      StandingTable table, String heading, ToDoubleFunction<SmoothnessSummary> value) {
    table.ranked(
        heading,
        standing -> {
          Double found = found(standing, value);
          return found == null ? Numbers.NONE : Numbers.rounded(found);
        },
        standing -> {
          Double found = found(standing, value);
          return found == null ? null : Double.valueOf(-found);
        });
  }

  private static @Nullable Double found(
      Standing standing, ToDoubleFunction<SmoothnessSummary> value) {
    SmoothnessSummary summary = SmoothnessSummary.of(standing);
    double found = summary == null ? Double.NaN : value.applyAsDouble(summary);
    return Double.isNaN(found) ? null : Double.valueOf(found);
  }

  private static List<Block> charts(Comparison comparison, Task task) {
    return new Charts(comparison, task)
        .of(
            "Median over the seeds, at the steps that were probed.",
            new Charts.Plot(
                "lipschitz",
                "Lipschitz quotient of the gradient",
                "step",
                "quotient",
                Scale.LINEAR,
                Scale.LOGARITHMIC,
                SmoothnessSection::points));
  }

  private static List<LineChart.Point> points(Standing standing) {
    SmoothnessSummary summary = SmoothnessSummary.of(standing);
    List<LineChart.Point> points = new ArrayList<>();
    if (summary != null) {
      summary
          .steps()
          .forEach(
              (step, quotient) -> {
                // A logarithmic axis has no place for what is not above 0.
                if (Double.isFinite(quotient) && quotient > 0) {
                  points.add(new LineChart.Point(step, quotient));
                }
              });
    }
    return points;
  }
}
