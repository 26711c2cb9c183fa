package dev.freshet.training.lab;

import org.jspecify.annotations.Nullable;

/**
 * All that was measured in a run.
 *
 * @param trial which run
 * @param tuned what it trained
 * @param outcome how it ended
 * @param effort what it cost
 * @param progress how it went
 * @param test how good the kept model is on the test queries; null only where the run diverged
 * @param probes what was looked at beside the training
 */
public record TrialResult(
    Trial trial,
    Tuned tuned,
    Outcome outcome,
    Effort effort,
    Progress progress,
    @Nullable Scores test,
    Probes probes) {
  public TrialResult {
    if (outcome.isFinished() && (test == null || progress.validations().isEmpty())) {
      throw new IllegalArgumentException(
          trial.name() + " finished: it needs test scores and a validation");
    }
  }
}
