package dev.freshet.training.lab;

import dev.freshet.training.report.Block;
import dev.freshet.training.report.LineChart;
import dev.freshet.training.report.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Line charts with a line for each contender of a budget, one chart a budget. */
final class Charts {
  private final Comparison comparison;
  private final Task task;
  private final Styles styles;

  /**
   * What a chart shows.
   *
   * @param slug for the file's name
   * @param title before the budget
   * @param points of a contender's line; empty leaves the line out
   */
  record Plot(
      String slug,
      String title,
      String xLabel,
      String yLabel,
      Scale xScale,
      Scale yScale,
      Function<Standing, List<LineChart.Point>> points) {

    /** With linear axes. */
    Plot(
        String slug,
        String title,
        String xLabel,
        String yLabel,
        Function<Standing, List<LineChart.Point>> points) {
      this(slug, title, xLabel, yLabel, Scale.LINEAR, Scale.LINEAR, points);
    }
  }

  Charts(Comparison comparison, Task task) {
    this.comparison = comparison;
    this.task = task;
    styles = new Styles(comparison.standings());
  }

  /** All plots of all budgets, those of a kind together, then what they show. */
  List<Block> of(String caption, Plot... plots) {
    List<Block.Figure> figures = new ArrayList<>();
    for (Plot plot : plots) {
      for (BudgetGroup group : BudgetGroup.drawn(comparison.of(task))) {
        List<LineChart.Series> series = series(group, plot);
        if (!series.isEmpty()) {
          figures.add(figure(group, plot, series));
        }
      }
    }
    return figures.isEmpty()
        ? List.of()
        : List.of(new Block.Figures(figures), new Block.Paragraph(caption));
  }

  private List<LineChart.Series> series(BudgetGroup group, Plot plot) {
    List<LineChart.Series> series = new ArrayList<>();
    for (Standing standing : group.standings()) {
      List<LineChart.Point> points = plot.points.apply(standing);
      if (!points.isEmpty()) {
        series.add(new LineChart.Series(standing.entrant().name(), points, styles.of(standing)));
      }
    }
    return series;
  }

  private Block.Figure figure(BudgetGroup group, Plot plot, List<LineChart.Series> series) {
    String title = "%s, %s".formatted(plot.title, group.heading().toLowerCase(Locale.ROOT));
    return new Block.Figure(
        name(task, group, plot.slug),
        new LineChart(title, plot.xLabel, plot.yLabel, plot.xScale, plot.yScale, series).svg(),
        "");
  }

  static String name(Task task, BudgetGroup group, String slug) {
    return "%s-%s-%s".formatted(task.name().toLowerCase(Locale.ROOT), group.slug(), slug);
  }
}
