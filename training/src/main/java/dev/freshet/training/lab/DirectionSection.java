package dev.freshet.training.lab;

import dev.freshet.training.report.Block;
import dev.freshet.training.report.LineChart;
import dev.freshet.training.report.Report;
import dev.freshet.training.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Whether the modules of a method pull in one direction. */
final class DirectionSection {
  private DirectionSection() {}

  static Report.Section of(Comparison comparison) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(
        new Block.Paragraph(
            "With gᵢ the gradient of module i and ĝᵢ the one after all other modules took their"
                + " step: D = ‖ĝᵢ − gᵢ‖ / ‖gᵢ‖, the smaller the less modules get in each other's"
                + " way, and cos(ĝᵢ, gᵢ), 1 where the direction stays. Displacement: the cosine"
                + " between how embeddings move by a step of the modules alone and by a step with"
                + " everything unfrozen; a cross-encoder has no embeddings."));
    for (Task task : comparison.tasks()) {
      List<Standing> probed =
          comparison.of(task).stream().filter(s -> DirectionSummary.of(s) != null).toList();
      blocks.add(new Block.Heading(task.label()));
      if (probed.isEmpty()) {
        blocks.add(new Block.Paragraph("No trial was probed for directions."));
      } else {
        blocks.add(table(probed));
        blocks.addAll(charts(comparison, task));
        blocks.add(new Block.Folded("Module by module", List.of(modules(probed))));
      }
    }
    return new Report.Section("Direction of modules", blocks);
  }

  private static Block table(List<Standing> probed) {
    StandingTable table =
        new StandingTable()
            .number("modules", s -> text(s, summary -> summary.modules().size(), 0))
            .ranked(
                "D",
                s -> text(s, d -> d.all().relative(), 3),
                s -> merit(s, d -> -d.all().relative()))
            .ranked(
                "cos(ĝ, g)",
                s -> text(s, d -> d.all().cosine(), 3),
                s -> merit(s, d -> d.all().cosine()))
            .ranked(
                "displacement cosine",
                s -> text(s, DirectionSummary::displacementCosine, 3),
                s -> merit(s, DirectionSummary::displacementCosine));
    return new Block.Tabular(
        "Medians over modules, probed steps and seeds. Strong: the smallest D, the largest cosines"
            + " of its group.",
        table.of(probed));
  }

  private static String text(
      Standing standing, ToDoubleFunction<DirectionSummary> value, int decimals) {
    DirectionSummary summary = DirectionSummary.of(standing);
    return summary == null ? Numbers.NONE : Numbers.fixed(value.applyAsDouble(summary), decimals);
  }

  private static @Nullable Double merit(
      Standing standing, ToDoubleFunction<DirectionSummary> value) {
    DirectionSummary summary = DirectionSummary.of(standing);
    double merit = summary == null ? Double.NaN : value.applyAsDouble(summary);
    return Double.isNaN(merit) ? null : Double.valueOf(merit);
  }

  private static List<Block> charts(Comparison comparison, Task task) {
    return new Charts(comparison, task)
        .of(
            "Medians over the modules, at the steps that were probed.",
            new Charts.Plot(
                "direction-change",
                "Change D of gradients",
                "step",
                "D",
                standing -> points(standing, Directions.Change::relative)),
            new Charts.Plot(
                "direction-cosine",
                "Cosine of gradients",
                "step",
                "cos(ĝ, g)",
                standing -> points(standing, Directions.Change::cosine)));
  }

  private static List<LineChart.Point> points(
      Standing standing, ToDoubleFunction<Directions.Change> value) {
    DirectionSummary summary = DirectionSummary.of(standing);
    List<LineChart.Point> points = new ArrayList<>();
    if (summary != null) {
      summary
          .steps()
          .forEach(
              (step, change) -> {
                double y = value.applyAsDouble(change);
                if (Double.isFinite(y)) {
                  points.add(new LineChart.Point(step, y));
                }
              });
    }
    return points;
  }

  private static Block modules(List<Standing> probed) {
    List<List<Table.Cell>> rows = new ArrayList<>();
    for (Standing standing : probed) {
      DirectionSummary summary = DirectionSummary.of(standing);
      if (summary == null) {
        continue;
      }
      rows.add(List.of(Table.Cell.of(standing.entrant().label())));
      for (Map.Entry<String, Directions.Change> module : summary.modules().entrySet()) {
        rows.add(
            List.of(
                Table.Cell.of(module.getKey()),
                Table.Cell.of(Numbers.fixed(module.getValue().relative(), 3)),
                Table.Cell.of(Numbers.fixed(module.getValue().cosine(), 3))));
      }
    }
    return new Block.Tabular(
        "Medians over probed steps and seeds.",
        new Table(
            List.of(
                Table.Column.text("module"),
                Table.Column.number("D"),
                Table.Column.number("cos(ĝ, g)")),
            rows));
  }
}
