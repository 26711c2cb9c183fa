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
  private final List<ClickStanding> standings;
  private final double untuned;

  private ClickReport(Setting setting, List<ClickTrialResult> results) {
    this.setting = setting;
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
    int seeds = standings.get(0).rounds().get(0).test().count();
    List<Report.Section> sections = new ArrayList<>();
    sections.add(new Report.Section("Quality", quality()));
    if (standings.get(0).rounds().size() > 1) {
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
        rows.add(without("judgements", Numbers.meanAndDeviation(last.test(), 3)));
        continue;
      }
      if (lesson.pages() != pages) {
        pages = lesson.pages();
        rows.add(List.of(Table.Cell.of("Pages: " + pages)));
      }
      rows.add(
          List.of(
              Table.Cell.of(lesson.users().toString()),
              Table.Cell.of(lesson.estimator().toString()),
              Table.Cell.of(Numbers.percent(last.answered(), 0)),
              Table.Cell.of(Numbers.count(Math.round(last.examples()))),
              Table.Cell.of(Numbers.fixed(last.precision(), 2)),
              Table.Cell.of(Numbers.fixed(last.coverage(), 2)),
              Table.Cell.of(Numbers.meanAndDeviation(last.test(), 3)),
              new Table.Cell(way(last), isBest(standing))));
    }
    return List.of(
        new Block.Tabular(
            "After the last round, mean ± sample standard deviation over the seeds on the test"
                + " queries. Precision: share of the examples' weight that lies on answers. Coverage:"
                + " share of the queries that have an answer among the examples. Way: 0 % is the"
                + " untuned model, 100 % the same tuning on the judgements of the same queries, for as"
                + " many rounds. Strong: the best of the same users and pages.",
            new Table(columns, rows)));
  }

  private static List<Table.Cell> without(String name, String value) {
    Table.Cell empty = Table.Cell.of("");
    return List.of(
        Table.Cell.of(name), empty, empty, empty, empty, empty, Table.Cell.of(value), empty);
  }

  private static String way(ClickStanding.Round round) {
    Double way = round.way();
    return way == null ? Numbers.NONE : Numbers.percent(way, 0);
  }

  private boolean isBest(ClickStanding standing) {
    ClickTrial.Lesson lesson = standing.lesson();
    return lesson != null
        && standings.stream()
            .filter(other -> lesson.hasSameClicks(other.lesson()))
            .allMatch(other -> other.last().test().mean() <= standing.last().test().mean());
  }

  /** Quality by round, a chart for each kind of pages and users. */
  private List<Block> rounds() {
    List<Block.Figure> figures = new ArrayList<>();
    for (PageSource pages : PageSource.values()) {
      for (Users users : Users.values()) {
        List<LineChart.Series> series = new ArrayList<>();
        for (ClickStanding standing : standings) {
          ClickTrial.Lesson lesson = standing.lesson();
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
