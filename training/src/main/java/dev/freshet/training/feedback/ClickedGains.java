package dev.freshet.training.feedback;

import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.sampling.Epochs;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What clicks say a document is worth for a query, to measure rankings with. Immutable and
 * thread-safe.
 */
final class ClickedGains {
  /**
   * No query counts more than five that are asked as often as most are. A few that are asked, or
   * flooded, a hundred times as often would speak for all of them: whether they are among a
   * resample of the queries would decide whether a gain is beyond doubt.
   */
  private static final double MOST_OF_MEDIAN = 5;

  private final Map<String, Map<String, Double>> byQuery;

  /** Of a query, all of its documents together. */
  private final double meanGain;

  private ClickedGains(Map<String, Map<String, Double>> byQuery) {
    this.byQuery = Collections.unmodifiableMap(new LinkedHashMap<>(byQuery));
    meanGain = byQuery.values().stream().mapToDouble(ClickedGains::sum).average().orElse(1);
  }

  /**
   * Queries without a document that is worth something do not judge. Where one is worth far more
   * than the one in the middle, its gains are scaled down.
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
    double[] sums = judging.values().stream().mapToDouble(ClickedGains::sum).sorted().toArray();
    double most = sums.length == 0 ? 0 : MOST_OF_MEDIAN * sums[sums.length / 2];
    judging.replaceAll((query, gains) -> scaled(gains, Math.min(1, most / sum(gains))));
    return new ClickedGains(judging);
  }

  private static double sum(Map<String, Double> gains) {
    return gains.values().stream().mapToDouble(gain -> gain).sum();
  }

  private static Map<String, Double> scaled(Map<String, Double> gains, double factor) {
    Map<String, Double> scaled = new LinkedHashMap<>();
    gains.forEach((document, gain) -> scaled.put(document, factor * gain));
    return scaled;
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
   * What a ranking makes of the gains: each discounted by {@code log2(rank + 1)}. The mean over all
   * queries is 1 where every document with a gain ranks first.
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
    return sum / meanGain;
  }
}
