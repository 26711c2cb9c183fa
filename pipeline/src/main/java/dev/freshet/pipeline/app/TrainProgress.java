package dev.freshet.pipeline.app;

import dev.freshet.training.optimise.StepReport;
import dev.freshet.training.round.RoundHistory;
import dev.freshet.training.round.RoundListener;
import java.util.Locale;

/** Shows a training on the terminal. Not thread-safe. */
final class TrainProgress implements RoundListener {
  private final Progress progress;
  private final long steps;
  private long examplesHere;

  /**
   * @param steps of the whole training
   */
  TrainProgress(Progress progress, long steps) {
    this.progress = progress;
    this.steps = steps;
  }

  @Override
  public void step(StepReport report, long examples) {
    if (examplesHere == 0) {
      progress.goesOnFrom((double) (report.step() - 1) / steps);
    }
    examplesHere += examples;
    progress.at(
        (double) report.step() / steps,
        () ->
            String.format(
                Locale.ROOT,
                "step %,d of %,d, loss %.3f, learning rate %.1e, %.0f examples/s",
                report.step(),
                steps,
                report.loss(),
                report.learningRate(),
                examplesHere / progress.seconds()));
  }

  @Override
  public void looked(RoundHistory.Quality quality) {
    progress.notice(
        String.format(
            Locale.ROOT, "step %,d: held-out nDCG@10 %.3f", quality.step(), quality.value()));
  }
}
