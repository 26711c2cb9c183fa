package dev.freshet.pipeline.tune;

import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.BuiltInBackbone;
import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.model.tuning.Tuning;
import dev.freshet.pipeline.config.RoundConfig;
import dev.freshet.training.lab.Contender;
import dev.freshet.training.round.RetrievalSettings;
import dev.freshet.training.round.TuningPlan;
import java.nio.file.Path;

/**
 * What a configuration of rounds means for the trainer. Immutable and thread-safe.
 *
 * @param round as it is configured
 */
public record RoundPlan(RoundConfig round) {
  /** Most rounds whose steps one takes, so that none goes on for very long. */
  private static final int MOST_AT_ONCE = 3;

  private static final double WARM_UP = 0.1;
  private static final double WEIGHT_DECAY = 0.01;

  /** Where the model that is tuned lies. */
  public static Path backbone(EncoderSettings settings) {
    Path folder = settings.model();
    return folder == null ? BuiltInBackbone.folder() : folder;
  }

  /**
   * New modules, in their size for a backbone.
   *
   * @throws IllegalArgumentException when no widths meet the budget
   */
  public Tuning tuning(BertConfig config) {
    Contender contender = Contender.parse(round.method());
    return contender.tuning(round.budget(), config, Contender.deviation(config));
  }

  /** What a step learns from. */
  public RetrievalSettings retrieval() {
    return new RetrievalSettings(
        round.batch(), RetrievalSettings.defaults().temperature(), round.hardNegatives(), false);
  }

  /**
   * Steps and rate of a round: the more it learns from, the more steps it takes, three times those
   * of a first one at most. Few steps from modules that know much already move them about and leave
   * them no better.
   *
   * @param interactions fresh ones, and those of earlier rounds that it learns from again
   * @param every so many fresh ones make a round
   */
  public TuningPlan stepsFor(int interactions, int every) {
    return steps(worth((double) interactions / every));
  }

  /**
   * Steps and rate of so many rounds together, where each is published and nothing is forgotten.
   *
   * @param replayed share of a round's interactions that later ones learn from again
   */
  public TuningPlan stepsOf(int rounds, double replayed) {
    double all = 0;
    for (int earlier = 0; earlier < rounds; earlier++) {
      all += worth(1 + earlier * replayed);
    }
    return steps(all);
  }

  /** As how many rounds one counts that learns from the interactions of so many. */
  private static double worth(double rounds) {
    return Math.max(1, Math.min(MOST_AT_ONCE, rounds));
  }

  private TuningPlan steps(double rounds) {
    int steps = (int) Math.round(rounds * round.steps());
    return new TuningPlan(steps, 1, round.rate(), WARM_UP, WEIGHT_DECAY, 0, 0);
  }
}
