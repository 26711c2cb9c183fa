package dev.freshet.training.feedback;

import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.sampling.Epochs;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What clicks say a document is worth for a query, to measure rankings with. Immutable and
 * thread-safe.
 *
 * <p>A query with gains of T in all counts {@code T / (T + m)}, where m is T of the query in the
 * middle: little where little is known of it, and never more than twice as much as that one,
 * however often it is asked, or flooded. By their gains alone a few queries would speak for all,
 * and those whose answers are found anew, and clicked seldom so far, for nothing.
 */
final class ClickedGains {
  private final Map<String, Map<String, Double>> byQuery;

  /** All gains of the query in the middle. */
  private final double middle;

  /** What a query counts on average. */
  private final double meanCount;

  private ClickedGains(Map<String, Map<String, Double>> byQuery) {
    this.byQuery = Collections.unmodifiableMap(new LinkedHashMap<>(byQuery));
    double[] sums = byQuery.values().stream().mapToDouble(ClickedGains::sum).sorted().toArray();
    middle = sums.length == 0 ? 1 : sums[sums.length / 2];
    meanCount = Arrays.stream(sums).map(sum -> sum / (sum + middle)).average().orElse(1);
  }

  /**
   * Queries without a document that is worth something do not judge.
   *
   * @param byQuery a gain, 0 or more, of each document that was shown
   */
  static ClickedGains of(Map<String, Map<String, Double>> byQuery) {
    Map<String, Map<String, Double>> judging = new LinkedHashMap<>();
    byQuery.forEach(
        (query, gains) -> {
          if (sum(gains) > 0) {
            judging.put(query, gains);
          }
        });
    return new ClickedGains(judging);
  }

  private static double sum(Map<String, Double> gains) {
    return gains.values().stream().mapToDouble(gain -> gain).sum();
  }

  /** A gain of each document that was shown, by query id; no query is without one above 0. */
  Map<String, Map<String, Double>> byQuery() {
    return byQuery;
  }

  /** Those of some queries, drawn at random; all where there are no more. */
  ClickedGains sample(int most, long seed) {
    List<String> all = queries();
    Map<String, Map<String, Double>> drawn = new LinkedHashMap<>();
    int[] order = Epochs.shuffled(all.size(), seed, 1);
    for (int i = 0; i < Math.min(most, order.length); i++) {
      String query = all.get(order[i]);
      drawn.put(query, byQuery.getOrDefault(query, Map.of()));
    }
    return new ClickedGains(drawn);
  }

  /** Queries that can be judged. */
  List<String> queries() {
    return List.copyOf(byQuery.keySet());
  }

  /**
   * What a ranking makes of the gains: each discounted by {@code log2(rank + 1)}, and by what the
   * query counts. The mean over all queries is 1 where every document with a gain ranks first.
   *
   * @param query one of {@link #queries}
   */
  double discounted(String query, Ranking ranking) {
    Map<String, Double> gains = byQuery.getOrDefault(query, Map.of());
    List<String> ids = ranking.ids();
    double sum = 0;
    for (int i = 0; i < ids.size(); i++) {
      sum += gains.getOrDefault(ids.get(i), 0.0) * Math.log(2) / Math.log(i + 2.0);
    }
    return sum / (sum(gains) + middle) / meanCount;
  }
}
