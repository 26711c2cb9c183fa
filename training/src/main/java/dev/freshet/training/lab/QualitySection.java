package dev.freshet.training.lab;

import dev.freshet.training.report.Block;
import dev.freshet.training.report.Report;
import dev.freshet.training.report.Table;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How good each contender is on the test queries, and which differences are more than luck. */
final class QualitySection {
  private static final int BEFORE_METRICS = 5;
  private static final String AGAINST_FULL =
      "Against full fine-tuning: difference of the first measure, query by query, both sides"
          + " averaged over their seeds, with a 95 % bootstrap interval, the p-value of a two-sided"
          + " randomisation test, and the same corrected by Holm for all rows. Both draw queries,"
          + " not seeds, so they speak of the seeds that were run. Verdict: of the corrected p at"
          + " 0.05.";
  private static final String AGAINST_OTHER =
      "Against the best other contender of the same budget without aside modules: the one with the"
          + " best validation. Columns as above.";

  private final Comparison comparison;
  private final Task task;

  private QualitySection(Comparison comparison, Task task) {
    this.comparison = comparison;
    this.task = task;
  }

  static Report.Section of(Comparison comparison) {
    List<Block> blocks = new ArrayList<>();
    for (Task task : comparison.tasks()) {
      QualitySection section = new QualitySection(comparison, task);
      blocks.add(new Block.Heading(task.label()));
      blocks.add(section.quality());
      blocks.add(section.significance(AGAINST_FULL, comparison::againstFull));
      blocks.add(section.significance(AGAINST_OTHER, comparison::againstOther));
    }
    return new Report.Section("Quality", blocks);
  }

  private Block quality() {
    List<Standing> standings = comparison.of(task);
    Set<String> metrics = new LinkedHashSet<>();
    standings.forEach(standing -> metrics.addAll(standing.test().keySet()));
    StandingTable table =
        new StandingTable()
            .number("parameters", s -> Numbers.count(s.tuned().parameters()))
            .number("share", s -> Numbers.percent(s.tuned().share(), 2))
            .number("rate", QualitySection::rate)
            .number("n", s -> Integer.toString(s.selected().finished().size()));
    for (String metric : metrics) {
      table.ranked(
          metric,
          s -> Numbers.meanAndDeviation(s.test().get(metric), 3),
          s -> {
            Spread spread = s.test().get(metric);
            return spread == null ? null : spread.mean();
          });
    }
    table.number(
        "way to full",
        s -> {
          Double share = comparison.shareOfTheWay(s);
          return share == null ? Numbers.NONE : Numbers.percent(share, 0);
        });
    return new Block.Tabular(
        "Mean ± sample standard deviation over n seeds on the test queries, at the learning rate"
            + " that was best on the held-out part, by the seeds that all rates were run with; * marks a"
            + " rate at the edge of its grid. Strong:"
            + " the highest mean of its group. Way to full: 0 % is the untuned backbone, 100 % full"
            + " fine-tuning, by the first measure.",
        table.of(baselines(metrics), standings));
  }

  private static String rate(Standing standing) {
    boolean isEdge = standing.place() == GridPlace.LOWEST || standing.place() == GridPlace.HIGHEST;
    return Numbers.rate(standing.selected().rate()) + (isEdge ? "*" : "");
  }

  private List<List<Table.Cell>> baselines(Set<String> metrics) {
    List<List<Table.Cell>> rows = new ArrayList<>();
    for (Setting.Baseline baseline : comparison.baselines(task)) {
      if (rows.isEmpty()) {
        rows.add(List.of(Table.Cell.of("Without tuning")));
      }
      List<Table.Cell> row = new ArrayList<>();
      row.add(Table.Cell.of(baseline.name()));
      while (row.size() < BEFORE_METRICS) {
        row.add(Table.Cell.of(""));
      }
      for (String metric : metrics) {
        Double value = baseline.test().metrics().get(metric);
        row.add(Table.Cell.of(value == null ? Numbers.NONE : Numbers.fixed(value, 3)));
      }
      row.add(Table.Cell.of(""));
      rows.add(row);
    }
    return rows;
  }

  private Block significance(String caption, Function<Standing, @Nullable Significance> found) {
    List<Standing> held = comparison.of(task).stream().filter(s -> found.apply(s) != null).toList();
    if (held.isEmpty()) {
      return new Block.Paragraph(caption + " There is nothing that could be held against it.");
    }
    StandingTable table = new StandingTable();
    table.text("against", text(found, s -> s.reference().label()));
    table.number("difference", text(found, s -> Numbers.signed(s.paired().difference(), 3)));
    table.number("95 % interval", text(found, QualitySection::interval));
    table.number("p", text(found, s -> Numbers.pValue(s.paired().pValue())));
    table.number("corrected p", text(found, s -> Numbers.pValue(s.corrected())));
    table.text("verdict", text(found, QualitySection::verdict));
    return new Block.Tabular(caption, table.of(held));
  }

  private static Function<Standing, String> text(
      Function<Standing, @Nullable Significance> found, Function<Significance, String> text) {
    return standing -> {
      Significance significance = found.apply(standing);
      return significance == null ? Numbers.NONE : text.apply(significance);
    };
  }

  private static String interval(Significance significance) {
    return Numbers.signed(significance.paired().interval().low(), 3)
        + " to "
        + Numbers.signed(significance.paired().interval().high(), 3);
  }

  private static String verdict(Significance significance) {
    return significance.isBetter() ? "better" : significance.isWorse() ? "worse" : "not shown";
  }
}
