package dev.freshet.pipeline.demo;

import dev.freshet.pipeline.app.Terminal;
import dev.freshet.training.report.Block;
import dev.freshet.training.report.HtmlReport;
import dev.freshet.training.report.LineChart;
import dev.freshet.training.report.LineStyle;
import dev.freshet.training.report.Report;
import dev.freshet.training.report.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What remains of a demo: lines for the terminal, and a page with a chart.
 *
 * @param standings before the first round and after each
 * @param labels of an encoder that was tuned on the true answers, as its dense list; null where
 *     none was
 */
record DemoSummary(List<Standing> standings, @Nullable Quality labels) {
  private static final String FILE = "demo.html";

  DemoSummary {
    standings = List.copyOf(standings);
  }

  /** Prints the table once more, as a whole. */
  void print(Terminal terminal) {
    terminal.out().println();
    terminal.out().println(terminal.bold(StandingTable.HEADING));
    standings.forEach(standing -> terminal.out().println(StandingTable.row(standing)));
    for (String line : sentences()) {
      terminal.out().println(line);
    }
    terminal.out().flush();
  }

  /** What the numbers come to; empty where nothing was tuned on the true answers. */
  List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    Quality first = standings.get(0).quality();
    Quality last = standings.get(standings.size() - 1).quality();
    if (labels != null) {
      sentences.add(
          "An encoder that was tuned on the true answers reaches "
              + reached(first.dense(), last.dense(), labels.dense()));
      if (!Double.isNaN(labels.everyday())) {
        sentences.add(
            "In everyday speech it reaches "
                + reached(first.everyday(), last.everyday(), labels.everyday()));
      }
    }
    return sentences;
  }

  private static String reached(double from, double here, double to) {
    return String.format(
        Locale.ROOT,
        "%.3f; clicks went %.0f %% of the way to it.",
        to,
        100 * (here - from) / (to - from));
  }

  /**
   * Writes the page.
   *
   * @return where
   */
  Path write(Path folder) {
    List<LineChart.Series> series = new ArrayList<>();
    series.add(series("hybrid", 0, Quality::hybrid));
    series.add(series("dense", 1, Quality::dense));
    if (!Double.isNaN(standings.get(0).quality().everyday())) {
      series.add(series("dense, everyday speech", 2, Quality::everyday));
    }
    series.add(series("BM25", LineStyle.NEUTRAL, Quality::lexical));
    LineChart chart =
        new LineChart("Quality by round", "round", "nDCG@10 on held-out queries", series);
    List<Block> blocks = new ArrayList<>();
    sentences().forEach(sentence -> blocks.add(new Block.Paragraph(sentence)));
    blocks.add(
        new Block.Figures(
            List.of(
                new Block.Figure(
                    "quality", chart.svg(), "Measured with queries that nobody has asked."))));
    blocks.add(new Block.Tabular("What was served after each round.", table()));
    for (Standing standing : standings) {
      if (!standing.reasons().isEmpty()) {
        blocks.add(new Block.Paragraph(StandingTable.name(standing) + ":"));
        blocks.add(new Block.Listing(standing.reasons()));
      }
    }
    Path file = folder.resolve(FILE);
    try {
      Files.writeString(
          file,
          HtmlReport.of(
              new Report("Freshet: the demo", List.of(new Report.Section("Quality", blocks)))));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private LineChart.Series series(String name, int style, ToDoubleFunction<Quality> value) {
    return new LineChart.Series(
        name,
        standings.stream()
            .map(each -> new LineChart.Point(each.round(), value.applyAsDouble(each.quality())))
            .toList(),
        new LineStyle(style));
  }

  private Table table() {
    return new Table(
        List.of(
            Table.Column.text("generation"),
            Table.Column.number("dense"),
            Table.Column.number("everyday speech"),
            Table.Column.number("hybrid"),
            Table.Column.number("BM25"),
            Table.Column.number("searches")),
        standings.stream()
            .map(
                each ->
                    List.of(
                        Table.Cell.of(StandingTable.name(each)),
                        cell(each.quality().dense()),
                        cell(each.quality().everyday()),
                        cell(each.quality().hybrid()),
                        cell(each.quality().lexical()),
                        Table.Cell.of(String.format(Locale.ROOT, "%,d", each.searches()))))
            .toList());
  }

  private static Table.Cell cell(double value) {
    return Table.Cell.of(Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.3f", value));
  }
}
