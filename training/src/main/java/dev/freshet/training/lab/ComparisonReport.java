package dev.freshet.training.lab;

import dev.freshet.training.report.Report;
import java.nio.file.Path;
import java.util.List;

/** What a grid of trials says, written into a folder: see {@link ReportFolder}. */
public final class ComparisonReport {
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
    ReportFolder.write(dir, report(comparison), ResultsJson.of(comparison));
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
