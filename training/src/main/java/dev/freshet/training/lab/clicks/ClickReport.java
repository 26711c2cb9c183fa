package dev.freshet.training.lab.clicks;

import dev.freshet.training.click.Estimator;
import dev.freshet.training.lab.Numbers;
import dev.freshet.training.lab.ReportFolder;
import dev.freshet.training.lab.Setting;
import dev.freshet.training.lab.SettingSection;
import dev.freshet.training.report.Block;
import dev.freshet.training.report.LineChart;
import dev.freshet.training.report.LineStyle;
import dev.freshet.training.report.Report;
import dev.freshet.training.report.Table;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the experiment says, written into a folder: see {@link ReportFolder}. */
public final class ClickReport {
  private final Setting setting;
  private final List<ClickTrialResult> results;
  private final List<ClickStanding> standings;
  private final double untuned;

  private ClickReport(Setting setting, List<ClickTrialResult> results) {
    this.setting = setting;
    this.results = results;
    untuned = baseline(Setting.Baseline.UNTUNED).test().primary();
    standings = ClickStanding.of(results, untuned);
  }

  /** What results.json holds. */
  private record Results(Setting setting, List<ClickStanding> lessons) {}

  /**
   * Writes the report of the trials that are there; takes the place of an earlier one.
   *
   * @param setting with the untuned model among its baselines
   * @param results at least one
   */
  public static void write(Path dir, Setting setting, List<ClickTrialResult> results) {
    ClickReport report = new ClickReport(setting, results);
    ReportFolder.write(dir, report.report(), new Results(setting, report.standings));
  }

  private Setting.Baseline baseline(String name) {
    return setting.baselines().stream()
        .filter(baseline -> baseline.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the setting lacks baseline " + name));
  }

  private String primaryMetric() {
    return baseline(Setting.Baseline.UNTUNED).test().primaryMetric();
  }

  private Report report() {
    long seeds = results.stream().map(result -> result.trial().seed()).distinct().count();
    List<Report.Section> sections = new ArrayList<>();
    sections.add(new Report.Section("Quality", quality()));
    if (results.stream().anyMatch(result -> result.rounds().size() > 1)) {
      sections.add(new Report.Section("Rounds", rounds()));
    }
    sections.add(
        SettingSection.of(
            setting,
            List.of(
                "Runs: %d lessons, %d %s"
                    .formatted(standings.size(), seeds, seeds == 1 ? "seed" : "seeds"))));
    return new Report("From clicks to quality on " + setting.collection().name(), sections);
  }

  private List<Block> quality() {
    List<Table.Column> columns =
        List.of(
            Table.Column.text("users"),
            Table.Column.text("estimator"),
            Table.Column.number("pages with an answer"),
            Table.Column.number("examples"),
            Table.Column.number("precision"),
            Table.Column.number("coverage"),
            Table.Column.number(primaryMetric()),
            Table.Column.number("way"));
    List<List<Table.Cell>> rows = new ArrayList<>();
    rows.add(List.of(Table.Cell.of("Without clicks")));
    for (Setting.Baseline baseline : setting.baselines()) {
      rows.add(without(baseline.name(), Numbers.fixed(baseline.test().primary(), 3)));
    }
    @Nullable PageSource pages = null;
    for (ClickStanding standing : standings) {
      ClickTrial.Lesson lesson = standing.lesson();
      ClickStanding.Round last = standing.last();
      if (lesson == null) {
        rows.add(without("judgements", quality(last)));
        continue;
      }
      if (lesson.pages() != pages) {
        pages = lesson.pages();
        rows.add(List.of(Table.Cell.of("Pages: " + pages)));
      }
      rows.add(row(lesson, last, isBest(standing)));
    }
    List<Block> blocks = new ArrayList<>();
    blocks.add(
        new Block.Tabular(
            "After the last round, mean ± sample standard deviation over the seeds on the test"
                + " queries. Precision: share of the examples' weight that lies on answers. Coverage:"
                + " share of the queries that have an answer among the examples. Way: 0 % is the"
                + " untuned model, 100 % the same tuning on the judgements of the same queries, for as"
                + " many rounds. Strong: the best of the same users and pages.",
            new Table(columns, rows)));
    List<String> diverged = diverged();
    if (!diverged.isEmpty()) {
      blocks.add(new Block.Paragraph("Runs that diverged, which the means leave out:"));
      blocks.add(new Block.Listing(diverged));
    }
    return blocks;
  }

  private static List<Table.Cell> row(
      ClickTrial.Lesson lesson, ClickStanding.@Nullable Round last, boolean isBest) {
    return List.of(
        Table.Cell.of(lesson.users().toString()),
        Table.Cell.of(lesson.estimator().toString()),
        Table.Cell.of(last == null ? Numbers.NONE : Numbers.percent(last.answered(), 0)),
        Table.Cell.of(last == null ? Numbers.NONE : Numbers.count(Math.round(last.examples()))),
        Table.Cell.of(last == null ? Numbers.NONE : Numbers.fixed(last.precision(), 2)),
        Table.Cell.of(last == null ? Numbers.NONE : Numbers.fixed(last.coverage(), 2)),
        Table.Cell.of(quality(last)),
        new Table.Cell(way(last), isBest));
  }

  private static String quality(ClickStanding.@Nullable Round last) {
    return last == null ? "diverged" : Numbers.meanAndDeviation(last.test(), 3);
  }

  private List<String> diverged() {
    return results.stream()
        .filter(result -> !result.outcome().isFinished())
        .map(result -> result.name() + ": " + result.outcome().reason())
        .toList();
  }

  private static List<Table.Cell> without(String name, String value) {
    Table.Cell empty = Table.Cell.of("");
    return List.of(
        Table.Cell.of(name), empty, empty, empty, empty, empty, Table.Cell.of(value), empty);
  }

  private static String way(ClickStanding.@Nullable Round round) {
    Double way = round == null ? null : round.way();
    return way == null ? Numbers.NONE : Numbers.percent(way, 0);
  }

  private boolean isBest(ClickStanding standing) {
    ClickTrial.Lesson lesson = standing.lesson();
    return lesson != null
        && standing.last() != null
        && standings.stream()
            .filter(other -> lesson.hasSameClicks(other.lesson()))
            .allMatch(other -> mean(other) <= mean(standing));
  }

  /** Below all others where no run finished. */
  private static double mean(ClickStanding standing) {
    ClickStanding.Round last = standing.last();
    return last == null ? Double.NEGATIVE_INFINITY : last.test().mean();
  }

  /** Quality by round, a chart for each kind of pages and users. */
  private List<Block> rounds() {
    List<Block.Figure> figures = new ArrayList<>();
    for (PageSource pages : PageSource.values()) {
      for (Users users : Users.values()) {
        List<LineChart.Series> series = new ArrayList<>();
        for (ClickStanding standing : standings) {
          ClickTrial.Lesson lesson = standing.lesson();
          if (standing.rounds().isEmpty()) {
            continue;
          }
          if (lesson == null) {
            series.add(line("judgements", standing, new LineStyle(LineStyle.NEUTRAL)));
          } else if (lesson.pages() == pages && lesson.users() == users) {
            Estimator estimator = lesson.estimator();
            series.add(line(estimator.toString(), standing, new LineStyle(estimator.ordinal())));
          }
        }
        if (series.stream().anyMatch(each -> !each.name().equals("judgements"))) {
          String title = "%s users, %s pages".formatted(users, pages);
          figures.add(
              new Block.Figure(
                  "rounds-%s-%s".formatted(pages, users).toLowerCase(Locale.ROOT),
                  new LineChart(title, "rounds", primaryMetric(), series).svg(),
                  ""));
        }
      }
    }
    return List.of(
        new Block.Paragraph(
            "A round is a page for every search, and a training on all clicks so far that goes on"
                + " from the round before. Round 0 is the untuned model."),
        new Block.Figures(figures));
  }

  private LineChart.Series line(String name, ClickStanding standing, LineStyle style) {
    List<LineChart.Point> points = new ArrayList<>();
    points.add(new LineChart.Point(0, untuned));
    for (ClickStanding.Round round : standing.rounds()) {
      points.add(new LineChart.Point(points.size(), round.test().mean()));
    }
    return new LineChart.Series(name, points, style);
  }
}
