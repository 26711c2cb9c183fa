package dev.freshet.training.lab;

import dev.freshet.training.report.Block;
import dev.freshet.training.report.HtmlReport;
import dev.freshet.training.report.MarkdownReport;
import dev.freshet.training.report.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a grid of trials says, written into a folder:
 *
 * <pre>
 * results.json         for programs, see {@link ResultsJson}
 * report.html          for people; needs nothing beside it
 * report.md            the same, with its pictures as files
 * charts/&lt;name&gt;.svg    the pictures of report.md
 * </pre>
 */
public final class ComparisonReport {
  private static final String CHARTS = "charts";

  private ComparisonReport() {}

  /**
   * Writes the report of the trials that are there, however many; takes the place of an earlier
   * one.
   *
   * @param setting with its baselines
   * @param results of different trials
   */
  public static void write(Path dir, Setting setting, List<TrialResult> results) {
    Comparison comparison = Comparison.of(setting, results);
    Report report = report(comparison);
    try {
      Files.createDirectories(dir.resolve(CHARTS));
      for (Block.Figure figure : report.figures().toList()) {
        AtomicFile.write(dir.resolve(CHARTS).resolve(figure.name() + ".svg"), figure.svg());
      }
      AtomicFile.write(dir.resolve("results.json"), ResultsJson.of(comparison));
      AtomicFile.write(dir.resolve("report.md"), MarkdownReport.of(report, CHARTS));
      AtomicFile.write(dir.resolve("report.html"), HtmlReport.of(report));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the report to " + dir, e);
    }
  }

  private static Report report(Comparison comparison) {
    return new Report(
        "Tuning methods compared on " + comparison.setting().collection().name(),
        List.of(
            Findings.of(comparison),
            Caveats.of(comparison),
            SettingSection.of(comparison),
            QualitySection.of(comparison),
            EfficiencySection.of(comparison),
            StabilitySection.of(comparison),
            DirectionSection.of(comparison),
            SmoothnessSection.of(comparison),
            LandscapeSection.of(comparison),
            Appendix.of(comparison)));
  }
}
