package dev.freshet.pipeline.app;

import dev.freshet.training.lab.GridSearch;
import dev.freshet.training.lab.Trial;
import dev.freshet.training.lab.TrialResult;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Shows a comparison on the terminal, a line for each trial that is done, and keeps its report new.
 * Thread-safe.
 */
final class ComparisonProgress implements GridSearch.Listener {
  private final Progress progress;
  private final LiveReport report;
  private final AtomicBoolean begun = new AtomicBoolean();

  ComparisonProgress(Progress progress, LiveReport report) {
    this.progress = progress;
    this.report = report;
  }

  @Override
  public void begins(Trial trial, int done, int planned) {
    if (!begun.getAndSet(true)) {
      progress.goesOnFrom(share(done, planned));
    }
    progress.at(share(done, planned), () -> "%s begins".formatted(trial.name()));
  }

  @Override
  public void ended(TrialResult result, int done, int planned) {
    progress.notice(
        String.format(
            Locale.ROOT,
            "%d of %d  %-44s %s, %.0f CPU s",
            done,
            planned,
            result.trial().name(),
            result.test() == null
                ? "diverged"
                : String.format(
                    Locale.ROOT,
                    "held out %.3f, test %.3f",
                    result.progress().bestValidation(),
                    result.test().primary()),
            result.effort().cpuSeconds()));
    report.trialEnded();
  }

  private static double share(int done, int planned) {
    return (double) done / planned;
  }

  void clear() {
    progress.clear();
  }
}
