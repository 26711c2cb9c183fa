package dev.freshet.pipeline.app;

import dev.freshet.training.loss.ScoringLoss;
import dev.freshet.training.round.ScoringSettings;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How a cross-encoder learns. A picocli mixin. */
final class ScoringOptions {
  private static final ScoringSettings SCORING = ScoringSettings.defaults();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--scoring-batch",
      description = "Examples a step of re-ranking (default: ${DEFAULT-VALUE}).")
  private int scoringBatch = SCORING.batch();

  @Option(
      names = "--scoring-negatives",
      paramLabel = "N",
      description = "Documents that each is told from (default: ${DEFAULT-VALUE}).")
  private int scoringNegatives = SCORING.negatives();

  @Option(
      names = "--scoring-loss",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private ScoringLoss scoringLoss = SCORING.loss();

  /**
   * Holds the numbers to their limits.
   *
   * @throws ParameterException when one is beyond
   */
  void check() {
    try {
      settings();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
  }

  ScoringSettings settings() {
    return new ScoringSettings(scoringBatch, scoringNegatives, scoringLoss);
  }

  /** By the names that reports show. */
  Map<String, String> items() {
    return Map.of(
        "re-ranking",
        "%d examples of %d negatives, %s"
            .formatted(
                scoringBatch, scoringNegatives, scoringLoss.name().toLowerCase(Locale.ROOT)));
  }
}
