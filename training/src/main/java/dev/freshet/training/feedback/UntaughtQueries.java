package dev.freshet.training.feedback;

import dev.freshet.training.sampling.Seeds;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Rare queries that rounds are not taught: they tell what modules are worth to those who ask what
 * nobody asked before. Clicks on what was taught say little of it, for people ask the same again,
 * and modules may know by heart what they do not understand.
 *
 * <p>Drawn by their ids, so that what is not taught in a round is not in the next one either, while
 * it is rare and there are no more than {@value #MOST}. One that modules were taught which were
 * published judges never again: see {@link #taught}.
 */
final class UntaughtQueries {
  /** It takes so many to judge: of fewer chance has too large a say. */
  static final int LEAST = 100;

  /** So many prove a gain of a hundredth nearly always; more would be taught nothing for little. */
  static final int MOST = 2_000;

  /**
   * Of the rare ones, while there are no more. With a tenth rounds of real gains proved nothing.
   */
  private static final double SHARE = 0.25;

  /** A query with a larger share of all searches is taught: it is worth more so than as a judge. */
  private static final double RARE = 0.001;

  /** A query with no more searches than that is rare, however few there are in all. */
  private static final int RARE_SEARCHES = 10;

  /**
   * Of the interval of what they gain, whose lower end must not be a loss: a loss is excluded in
   * nineteen cases of twenty.
   */
  static final double CONFIDENCE = 0.9;

  private static final long SEED = 1;

  private UntaughtQueries() {}

  /**
   * Their ids, of those that were asked.
   *
   * @param taught ids of those that earlier rounds have taught
   */
  static Set<String> among(Interactions known, Set<String> taught) {
    double rare = Math.max(RARE_SEARCHES, RARE * known.size());
    return searches(known).entrySet().stream()
        .filter(asked -> asked.getValue() <= rare && !taught.contains(asked.getKey()))
        .map(Map.Entry::getKey)
        .sorted(Comparator.comparingDouble(UntaughtQueries::draw).thenComparing(id -> id))
        .limit(MOST)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Ids of those that could be among them, and are not. */
  static Set<String> taught(Interactions known, Set<String> taught) {
    Set<String> untaught = among(known, taught);
    return searches(known).keySet().stream()
        .filter(id -> !untaught.contains(id))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** How often each was asked that is drawn. */
  private static Map<String, Long> searches(Interactions known) {
    return known.all().stream()
        .map(each -> each.query().id())
        .filter(id -> draw(id) < SHARE)
        .collect(Collectors.groupingBy(id -> id, Collectors.counting()));
  }

  /** Between 0 and 1, the same for a query whenever it is asked. */
  private static double draw(String id) {
    return Seeds.random(SEED, id.hashCode()).nextDouble();
  }
}
