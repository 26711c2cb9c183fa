package dev.freshet.training.feedback;

import dev.freshet.training.click.Estimator;
import dev.freshet.training.round.RetrievalSettings;
import dev.freshet.training.round.TuningPlan;

/**
 * How a round learns from interactions, and how it is judged.
 *
 * @param estimator how clicks become examples
 * @param retrieval how the model learns from examples
 * @param plan steps and learning rate; between its steps nothing is looked at
 * @param heldOut share of the fresh interactions, the newest, that the round is judged by and does
 *     not see; above 0 and below 1
 * @param leastJudged queries with a click among them, below which nothing can be judged; of those
 *     that are not taught it takes a hundred at least
 * @param pool documents that the judges search in, beside those that were shown to the users whose
 *     clicks judge
 * @param fusion of the pages that people clicked on
 * @param seed same seed and interactions, same modules
 */
public record FeedbackSettings(
    Estimator estimator,
    RetrievalSettings retrieval,
    TuningPlan plan,
    double heldOut,
    int leastJudged,
    int pool,
    Fusion fusion,
    long seed) {

  /**
   * How the served generation puts hybrid pages together.
   *
   * @param generation its number
   * @param denseWeight what a place in the dense list counts, where one in the other counts 1
   */
  public record Fusion(int generation, double denseWeight) {}

  public FeedbackSettings {
    if (!(heldOut > 0 && heldOut < 1)) {
      throw new IllegalArgumentException(
          "the held-out share must be above 0 and below 1, was " + heldOut);
    }
    if (leastJudged < 1 || pool < 1) {
      throw new IllegalArgumentException(
          "leastJudged and pool must be at least 1, were %d and %d".formatted(leastJudged, pool));
    }
  }
}
