package dev.freshet.training.lab;

import dev.freshet.training.report.Block;
import dev.freshet.training.report.LineChart;
import dev.freshet.training.report.Report;
import dev.freshet.training.report.Scale;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How much depends on the seed and on the learning rate. */
final class StabilitySection {
  private StabilitySection() {}

  static Report.Section of(Comparison comparison) {
    List<Block> blocks = new ArrayList<>();
    for (Task task : comparison.tasks()) {
      blocks.add(new Block.Heading(task.label()));
      blocks.add(table(comparison.of(task)));
      blocks.addAll(charts(comparison, task));
    }
    return new Report.Section("Stability", blocks);
  }

  private static Block table(List<Standing> standings) {
    StandingTable table =
        new StandingTable()
            .number("n", s -> Integer.toString(s.selected().finished().size()))
            .ranked("deviation", s -> text(deviation(s)), s -> negated(deviation(s)))
            .number("highest − lowest", s -> text(range(s)))
            .number("best rate", s -> Numbers.fixed(Stability.of(s).rates().high(), 3))
            .ranked(
                "best − worst rate",
                s -> s.rates().size() < 2 ? Numbers.NONE : text(Stability.of(s).rates().range()),
                s -> s.rates().size() < 2 ? null : -Stability.of(s).rates().range())
            .text("rates within 95 % of the best", StabilitySection::goodRates)
            .number("diverged", s -> "%d of %d".formatted(s.divergences(), s.runs().size()));
    return new Block.Tabular(
        "Deviation, and highest − lowest: of the first measure on the test queries over the n seeds"
            + " at the selected rate. Rates: the best validation, mean over the"
            + " seeds that all rates of a contender were run with, a run that diverged counting as"
            + " 0. Strong: the smallest of its group; a contender that learns"
            + " little varies little, too.",
        table.of(standings));
  }

  private static @Nullable Double deviation(Standing standing) {
    Spread seeds = standing.primary();
    return seeds == null ? null : seeds.deviation();
  }

  private static @Nullable Double range(Standing standing) {
    Spread seeds = standing.primary();
    return seeds == null || seeds.count() == 1 ? null : Double.valueOf(seeds.range());
  }

  private static @Nullable Double negated(@Nullable Double value) {
    return value == null ? null : Double.valueOf(-value);
  }

  private static String text(@Nullable Double value) {
    return value == null ? Numbers.NONE : Numbers.fixed(value, 4);
  }

  private static String goodRates(Standing standing) {
    List<Double> good = Stability.of(standing).goodRates();
    String count = "%d of %d".formatted(good.size(), standing.rates().size());
    if (good.isEmpty()) {
      return count;
    }
    String low = Numbers.rate(good.get(0));
    String high = Numbers.rate(good.get(good.size() - 1));
    return count + ": " + (good.size() == 1 ? low : low + " to " + high);
  }

  private static List<Block> charts(Comparison comparison, Task task) {
    return new Charts(comparison, task)
        .of(
            "Best validation over the learning rate, mean over the seeds that all rates were run"
                + " with, a run that diverged counting as 0. A wide hill is a method whose rate is easy to choose.",
            new Charts.Plot(
                "rates",
                "Quality over learning rate",
                "learning rate",
                comparison.primaryMetric(task) + ", held-out part",
                Scale.LOGARITHMIC,
                Scale.LINEAR,
                standing ->
                    standing.rates().stream()
                        .map(rate -> new LineChart.Point(rate.rate(), standing.value(rate)))
                        .toList()));
  }
}
