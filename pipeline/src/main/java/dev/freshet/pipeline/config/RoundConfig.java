package dev.freshet.pipeline.config;

import dev.freshet.training.click.Estimator;
import dev.freshet.training.lab.Contender;
import java.util.Locale;

/**
 * How a tuning round learns.
 *
 * @param sides what changes: {@code both} sides of a search, and all documents are encoded anew; or
 *     the {@code query} side alone, and none is
 * @param method of new modules, as {@code freshet compare} names them; none that changes the
 *     backbone
 * @param budget share of the backbone's parameters that new modules may have, above 0 and at most 1
 * @param rate highest learning rate, above 0
 * @param steps of the optimiser for each {@code tune.every} interactions of a round, fresh or of
 *     earlier rounds; three times at most, which it is once there were a few
 * @param batch examples a step
 * @param hardNegatives for each example in a step, of what people looked at and left
 * @param estimator how clicks become examples: {@code posterior}, {@code inverse-propensity} or
 *     {@code unweighted}
 */
public record RoundConfig(
    Sides sides,
    String method,
    double budget,
    double rate,
    int steps,
    int batch,
    int hardNegatives,
    Estimator estimator) {

  /** What a round changes. */
  public enum Sides {
    BOTH,
    QUERY;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public RoundConfig {
    requireMethod(method);
    Check.require(budget > 0 && budget <= 1, "budget must be above 0 and at most 1", budget);
    Check.require(rate > 0 && rate <= 10, "rate must be above 0 and at most 10", rate);
    Check.between("steps", steps, 1, 1_000_000);
    Check.between("batch", batch, 2, 100_000);
    Check.between("hardNegatives", hardNegatives, 0, 1_000);
  }

  private static void requireMethod(String method) {
    Contender contender;
    try {
      contender = Contender.parse(method);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("method must be one that is known: " + e.getMessage(), e);
    }
    Check.require(
        !contender.hasFixedSize(),
        "method must be one that changes modules and leaves the backbone as it is, %s, each with +wordsN or without"
            .formatted(Contender.ofModules()),
        method);
  }

  /**
   * IAA-L with a change of the words, at the published budget, 100 steps of 64, each with two hard
   * negatives: without those, what people click is too easy to tell from other queries' answers.
   */
  public static RoundConfig defaults() {
    return new RoundConfig(
        Sides.BOTH, "iaa-l+words8", 0.0673, 1e-2, 100, 64, 2, Estimator.POSTERIOR);
  }
}
