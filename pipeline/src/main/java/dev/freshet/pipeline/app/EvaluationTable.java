package dev.freshet.pipeline.app;

import dev.freshet.training.corpus.QueryRegister;
import dev.freshet.training.evaluation.Metric;
import dev.freshet.training.evaluation.PairedComparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An {@link EvaluationReport} for people. */
final class EvaluationTable {
  private static final String GAP = "  ";

  private final Terminal terminal;

  EvaluationTable(Terminal terminal) {
    this.terminal = terminal;
  }

  void print(EvaluationReport report) {
    terminal
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "%s: %,d documents, %,d judged queries",
                terminal.bold(Terminal.plain(report.title())),
                report.documents(),
                report.queries()));
    print(measures(report));
    if (!report.registers().isEmpty()) {
      terminal.out().println();
      terminal.out().println(report.primary().label() + " by how the queries are worded");
      print(registers(report));
    }
    terminal.out().flush();
  }

  private static List<List<String>> measures(EvaluationReport report) {
    boolean compared = report.rows().size() > 1;
    List<String> header = new ArrayList<>(List.of("system"));
    report.metrics().forEach(metric -> header.add(metric.label()));
    if (compared) {
      header.addAll(List.of(report.primary().label() + " vs first", "95 % interval", "p"));
    }
    List<List<String>> lines = new ArrayList<>(List.of(header));
    for (EvaluationReport.Row row : report.rows()) {
      List<String> line = new ArrayList<>(List.of(Terminal.plain(row.system())));
      for (Metric metric : report.metrics()) {
        line.add(number("%.3f", row.scores().mean(metric)));
      }
      PairedComparison comparison = row.comparison();
      if (comparison != null) {
        line.add(number("%+.3f", comparison.difference()));
        line.add(
            number("%+.3f", comparison.interval().low())
                + " to "
                + number("%+.3f", comparison.interval().high()));
        line.add(comparison.pValue() < 1e-4 ? "< 0.0001" : number("%.4f", comparison.pValue()));
      }
      lines.add(line);
    }
    return lines;
  }

  private static List<List<String>> registers(EvaluationReport report) {
    List<String> header = new ArrayList<>(List.of("system"));
    report
        .registers()
        .forEach(
            (register, queries) ->
                header.add("%s (%d)".formatted(register.label(), queries.size())));
    List<List<String>> lines = new ArrayList<>(List.of(header));
    for (EvaluationReport.Row row : report.rows()) {
      List<String> line = new ArrayList<>(List.of(Terminal.plain(row.system())));
      for (QueryRegister register : report.registers().keySet()) {
        line.add(number("%.3f", report.mean(row, report.primary(), register)));
      }
      lines.add(line);
    }
    return lines;
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  /** The first column to the left, the others to the right, each as wide as it must be. */
  private void print(List<List<String>> lines) {
    int columns = lines.get(0).size();
    int[] widths = new int[columns];
    for (List<String> line : lines) {
      for (int i = 0; i < line.size(); i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    for (int row = 0; row < lines.size(); row++) {
      StringBuilder text = new StringBuilder();
      List<String> line = lines.get(row);
      for (int i = 0; i < line.size(); i++) {
        String cell = line.get(i);
        String padding = " ".repeat(widths[i] - cell.length());
        text.append(i == 0 ? cell + padding : GAP + padding + cell);
      }
      terminal.out().println(row == 0 ? terminal.faint(text.toString()) : text.toString());
    }
  }
}
