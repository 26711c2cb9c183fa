package dev.freshet.training.lab;

import dev.freshet.training.report.Block;
import dev.freshet.training.report.HeatMap;
import dev.freshet.training.report.Report;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The loss around trained modules: maps of a task's contenders, all in the same colours. */
final class LandscapeSection {
  /** A few huge values must not take all colours from the rest. */
  private static final double SHOWN = 0.95;

  private LandscapeSection() {}

  static Report.Section of(Comparison comparison) {
    List<Block> blocks = new ArrayList<>();
    for (Task task : comparison.tasks()) {
      blocks.add(new Block.Heading(task.label()));
      blocks.addAll(blocks(comparison, task));
    }
    return new Report.Section("Loss landscapes", blocks);
  }

  private static List<Block> blocks(Comparison comparison, Task task) {
    Map<Standing, Landscape> landscapes = new LinkedHashMap<>();
    for (Standing standing : comparison.of(task)) {
      Landscape landscape = landscape(standing);
      if (landscape != null) {
        landscapes.put(standing, landscape);
      }
    }
    double[] losses = losses(landscapes.values());
    if (losses.length == 0) {
      return List.of(new Block.Paragraph("No landscape was computed."));
    }
    double low = losses[0];
    double high = losses[(int) ((losses.length - 1) * SHOWN)];
    double top = high > low ? high : low + 1;
    List<Block> blocks = new ArrayList<>();
    blocks.add(
        new Block.Paragraph(
            "The loss around the trained modules, the cross, along two random directions, each"
                + " scaled as the weights that it moves: 1 is as far as the weights are large. All"
                + " maps share their colours and their lines, which are equally far apart in loss;"
                + " the brightest colour stands for %s and more.".formatted(Numbers.rounded(top))));
    for (BudgetGroup group : BudgetGroup.of(List.copyOf(landscapes.keySet()))) {
      List<Block.Figure> figures = new ArrayList<>();
      for (Standing standing : group.standings()) {
        figures.add(figure(group, standing, of(landscapes, standing), low, top));
      }
      blocks.add(new Block.Figures(figures));
    }
    blocks.add(table(landscapes));
    return blocks;
  }

  /** The first at the selected rate, or else at any. */
  private static @Nullable Landscape landscape(Standing standing) {
    for (List<TrialResult> runs : List.of(standing.selected().runs(), standing.runs())) {
      for (TrialResult run : runs) {
        Landscape landscape = run.probes().landscape();
        if (landscape != null) {
          return landscape;
        }
      }
    }
    return null;
  }

  private static double[] losses(Collection<Landscape> landscapes) {
    return landscapes.stream()
        .flatMap(landscape -> landscape.loss().stream())
        .flatMap(List::stream)
        .mapToDouble(loss -> loss)
        .filter(Double::isFinite)
        .sorted()
        .toArray();
  }

  private static Block table(Map<Standing, Landscape> landscapes) {
    StandingTable table =
        new StandingTable()
            .number("loss at the centre", s -> Numbers.fixed(of(landscapes, s).centre(), 3))
            .ranked(
                "mean rise",
                s -> Numbers.fixed(rise(of(landscapes, s)), 3),
                s -> -rise(of(landscapes, s)))
            .number(
                "highest",
                s -> {
                  double[] losses = losses(List.of(of(landscapes, s)));
                  return losses.length == 0
                      ? Numbers.NONE
                      : Numbers.rounded(losses[losses.length - 1]);
                });
    return new Block.Tabular(
        "The maps in numbers. Mean rise: mean of the loss over the map less the loss at its"
            + " centre; strong: the smallest of its group.",
        table.of(List.copyOf(landscapes.keySet())));
  }

  private static Landscape of(Map<Standing, Landscape> landscapes, Standing standing) {
    Landscape landscape = landscapes.get(standing);
    if (landscape == null) {
      throw new IllegalArgumentException(standing.entrant() + " has no landscape");
    }
    return landscape;
  }

  private static double rise(Landscape landscape) {
    double mean = Arrays.stream(losses(List.of(landscape))).average().orElse(Double.NaN);
    return mean - landscape.centre();
  }

  private static Block.Figure figure(
      BudgetGroup group, Standing standing, Landscape landscape, double low, double high) {
    Entrant entrant = standing.entrant();
    return new Block.Figure(
        Charts.name(entrant.task(), group, "landscape-" + FileNames.safe(entrant.name())),
        new HeatMap(
                entrant.label(),
                "first direction",
                "second direction",
                landscape.alphas(),
                landscape.betas(),
                landscape.loss(),
                low,
                high)
            .svg(),
        "");
  }
}
