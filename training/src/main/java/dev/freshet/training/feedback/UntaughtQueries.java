package dev.freshet.training.feedback;

import dev.freshet.training.sampling.Seeds;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Rare queries that rounds are not taught: they tell what modules are worth to those who ask what
 * nobody asked before. Clicks on what was taught say little of it, for people ask the same again,
 * and modules may know by heart what they do not understand.
 *
 * <p>Drawn by their ids, so that what is not taught in a round is not in the next one either, while
 * it is rare.
 */
final class UntaughtQueries {
  /** It takes so many to judge: of fewer chance has too large a say. */
  static final int LEAST = 100;

  private static final int ONE_IN = 10;

  /** A query with a larger share of all searches is taught: it is worth more so than as a judge. */
  private static final double RARE = 0.001;

  /** A query with no more searches than that is rare, however few there are in all. */
  private static final int RARE_SEARCHES = 10;

  private static final long SEED = 1;

  private UntaughtQueries() {}

  /** Their ids, of those that were asked. */
  static Set<String> among(Interactions known) {
    Map<String, Long> searches =
        known.all().stream()
            .collect(Collectors.groupingBy(each -> each.query().id(), Collectors.counting()));
    double rare = Math.max(RARE_SEARCHES, RARE * known.size());
    return searches.entrySet().stream()
        .filter(asked -> asked.getValue() <= rare && isDrawn(asked.getKey()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static boolean isDrawn(String id) {
    return Seeds.random(SEED, id.hashCode()).nextInt(ONE_IN) == 0;
  }
}
