package dev.freshet.training.lab.clicks;

import dev.freshet.training.feedback.TaughtExamples;
import dev.freshet.training.lab.Outcome;
import dev.freshet.training.lab.Result;
import dev.freshet.training.lab.Scores;
import java.util.List;

/**
 * What came of a trial.
 *
 * @param outcome whether all rounds were trained
 * @param rounds in their order, at least one; where a round diverged, those before it
 */
public record ClickTrialResult(ClickTrial trial, Outcome outcome, List<Round> rounds)
    implements Result {

  /**
   * One round: pages, clicks, training.
   *
   * @param impressions pages of this round and those before it
   * @param clicks on them
   * @param answered share of the pages of this round that show an answer
   * @param taught what the training had to go by
   * @param cpuSeconds of the training
   * @param test how good the model is afterwards
   */
  public record Round(
      long impressions,
      long clicks,
      double answered,
      TaughtExamples.Quality taught,
      double cpuSeconds,
      Scores test) {}

  public ClickTrialResult {
    rounds = List.copyOf(rounds);
    if (outcome.isFinished() && rounds.isEmpty()) {
      throw new IllegalArgumentException(trial.name() + " finished: it needs a round");
    }
  }

  @Override
  public String name() {
    return trial.name();
  }
}
