package dev.freshet.pipeline.app;

import dev.freshet.training.optimise.StepReport;
import dev.freshet.training.pretrain.PretrainListener;
import dev.freshet.training.pretrain.PretrainSettings;
import dev.freshet.training.pretrain.PretrainStage;
import java.util.Locale;

/** Shows a pretraining on the terminal. Not thread-safe. */
final class PretrainProgress implements PretrainListener {
  private final Progress progress;
  private final PretrainSettings settings;
  private long stepsHere;

  PretrainProgress(Progress progress, PretrainSettings settings) {
    this.progress = progress;
    this.settings = settings;
  }

  @Override
  public void step(PretrainStage stage, StepReport report, long steps) {
    if (stepsHere == 0) {
      progress.goesOnFrom(share(stage, report.step() - 1));
    }
    stepsHere++;
    progress.at(
        share(stage, report.step()),
        () ->
            String.format(
                Locale.ROOT,
                "%s, step %,d of %,d, loss %.3f, learning rate %.1e, %.1f steps/s",
                stage.label(),
                report.step(),
                steps,
                report.loss(),
                report.learningRate(),
                stepsHere / progress.seconds()));
  }

  /** Of all tokens that are seen; views are about a third of a window. */
  private double share(PretrainStage stage, long step) {
    double masked = (double) settings.masked().batch() * settings.shape().window();
    double contrastive = settings.contrastive().batch() * 2.0 * settings.shape().window() / 3;
    double all = masked * settings.masked().steps() + contrastive * settings.contrastive().steps();
    return stage == PretrainStage.MASKED
        ? masked * step / all
        : (masked * settings.masked().steps() + contrastive * step) / all;
  }
}
