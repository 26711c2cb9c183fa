package dev.freshet.training.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.freshet.training.report.Block;
import dev.freshet.training.report.HtmlReport;
import dev.freshet.training.report.MarkdownReport;
import dev.freshet.training.report.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What an experiment leaves in its folder:
 *
 * <pre>
 * results.json         for programs
 * report.html          for people; needs nothing beside it
 * report.md            the same, with its pictures as files
 * charts/&lt;name&gt;.svg    the pictures of report.md
 * </pre>
 */
public final class ReportFolder {
  private static final String CHARTS = "charts";

  private ReportFolder() {}

  /**
   * Takes the place of an earlier report.
   *
   * @param results a tree of JSON, or records for one
   */
  public static void write(Path dir, Report report, Object results) {
    try {
      Files.createDirectories(dir.resolve(CHARTS));
      for (Block.Figure figure : report.figures().toList()) {
        AtomicFile.write(dir.resolve(CHARTS).resolve(figure.name() + ".svg"), figure.svg());
      }
      AtomicFile.write(dir.resolve("results.json"), json(results));
      AtomicFile.write(dir.resolve("report.md"), MarkdownReport.of(report, CHARTS));
      AtomicFile.write(dir.resolve("report.html"), HtmlReport.of(report));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the report to " + dir, e);
    }
  }

  private static String json(Object results) {
    try {
      return ResultFile.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(results) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("results cannot be written", e);
    }
  }
}
