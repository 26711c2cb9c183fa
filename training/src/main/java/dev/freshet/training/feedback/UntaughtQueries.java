package dev.freshet.training.feedback;

import dev.freshet.training.click.Impression;
import dev.freshet.training.sampling.Seeds;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Queries that no round is taught, the same ones in every round: they tell what modules are worth
 * to those who ask what nobody asked before. Clicks on what was taught say little of it, for people
 * ask the same again, and modules may know by heart what they do not understand.
 */
final class UntaughtQueries {
  private static final int ONE_IN = 10;

  /** What makes up more of all searches is taught: so many people are worth more than a judge. */
  private static final double MOST_ASKED = 0.001;

  private static final long SEED = 1;

  private UntaughtQueries() {}

  /** Their ids, of those that were asked. */
  static Set<String> among(Interactions known) {
    Map<String, Long> searches =
        known.log().impressions().stream()
            .map(Impression::page)
            .collect(Collectors.groupingBy(page -> page.queryId(), Collectors.counting()));
    double most = MOST_ASKED * known.size();
    return searches.entrySet().stream()
        .filter(asked -> asked.getValue() <= most && isDrawn(asked.getKey()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static boolean isDrawn(String id) {
    return Seeds.random(SEED, id.hashCode()).nextInt(ONE_IN) == 0;
  }
}
