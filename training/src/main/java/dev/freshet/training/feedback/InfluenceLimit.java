package dev.freshet.training.feedback;

import dev.freshet.training.click.DebiasedClicks;
import dev.freshet.training.click.TrainingPair;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How much one document may teach. Documents answer some queries, not a good part of all that
 * people ask; where clicks say that one does, somebody pushes it, and many clients together could
 * otherwise bend the model towards it.
 *
 * <p>A little over the limit it teaches less. Far over it teaches nothing: as long as it is taught
 * at all, it is taken for an answer, and no query learns that it is none.
 *
 * @param share of all weight that one document may have, above 0 and at most 1; where there are few
 *     documents, three times the mean of those that answer anything
 * @param least weight that any document may have, however small the log is
 */
record InfluenceLimit(double share, double least) {
  private static final double SHARE = 0.05;
  private static final double LEAST = 10;

  /** Times the mean weight of documents that one may have, in whatever collection. */
  private static final double OF_MEAN = 3;

  /** The factor from which on a document that is over the limit still teaches. */
  private static final double LITTLE = 0.5;

  InfluenceLimit() {
    this(SHARE, LEAST);
  }

  /** The clicks with the weight of documents over the limit cut down to it, or without them. */
  DebiasedClicks apply(DebiasedClicks clicks) {
    Map<String, Double> weights = new HashMap<>();
    clicks
        .positives()
        .forEach(pair -> weights.merge(pair.documentId(), pair.weight(), Double::sum));
    Map<String, Double> factors = factors(weights);
    List<TrainingPair> positives =
        clicks.positives().stream()
            .filter(pair -> factors.getOrDefault(pair.documentId(), 1.0) >= LITTLE)
            .map(
                pair ->
                    pair.withWeight(pair.weight() * factors.getOrDefault(pair.documentId(), 1.0)))
            .toList();
    return new DebiasedClicks(positives, clicks.negatives());
  }

  /**
   * The documents that answer more queries than they may, with the factor that would bring each to
   * the limit. For a query a document counts its gain, however often it was clicked.
   */
  Map<String, Double> exceeded(List<TrainingPair> clicked) {
    Map<String, Double> answers = new HashMap<>();
    clicked.forEach(pair -> answers.merge(pair.documentId(), pair.gain(), Double::sum));
    return factors(answers);
  }

  private Map<String, Double> factors(Map<String, Double> weights) {
    double all = weights.values().stream().mapToDouble(weight -> weight).sum();
    double most = Math.max(share, OF_MEAN / Math.max(1, weights.size()));
    double limit = Math.max(least, most * all);
    Map<String, Double> factors = new HashMap<>();
    weights.forEach(
        (document, weight) -> {
          if (weight > limit) {
            factors.put(document, limit / weight);
          }
        });
    return factors;
  }
}
