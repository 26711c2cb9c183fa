package dev.freshet.training.feedback;

import dev.freshet.training.click.Browsing;
import dev.freshet.training.click.ClickLog;
import dev.freshet.training.click.EmSettings;
import dev.freshet.training.click.Estimator;
import dev.freshet.training.click.RelevanceMixture;
import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.sampling.Epochs;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What clicks say a document is worth for a query, to measure rankings with. Immutable and
 * thread-safe.
 *
 * @param byQuery a gain above 0 for each document, by query id; no query is without one
 */
record ClickedGains(Map<String, Map<String, Double>> byQuery) {
  private static final int CUTOFF = 10;

  ClickedGains {
    byQuery = Collections.unmodifiableMap(new LinkedHashMap<>(byQuery));
  }

  /**
   * Gains of the documents that were clicked: by the posterior of relevance where the estimator is
   * that, else by the weight of the clicks.
   *
   * @param known what click rates and examination are learned from; may hold the log as well
   * @param log whose clicks count
   */
  static ClickedGains of(Estimator estimator, ClickLog known, ClickLog log) {
    Map<String, Map<String, Double>> gains = new LinkedHashMap<>();
    if (estimator == Estimator.POSTERIOR) {
      RelevanceMixture.fit(known, Browsing.POSITION, EmSettings.defaults())
          .estimate(log)
          .forEach(
              pair -> {
                if (pair.clicks() > 0 && pair.posterior() > 0) {
                  add(gains, pair.queryId(), pair.documentId(), pair.posterior());
                }
              });
    } else {
      estimator
          .debiasing()
          .pairs(log)
          .positives()
          .forEach(pair -> add(gains, pair.queryId(), pair.documentId(), pair.weight()));
    }
    return new ClickedGains(gains).withoutPushed();
  }

  private static void add(
      Map<String, Map<String, Double>> gains, String query, String document, double gain) {
    gains.computeIfAbsent(query, absent -> new LinkedHashMap<>()).put(document, gain);
  }

  /** A document that answers suspiciously many queries does not judge. */
  private ClickedGains withoutPushed() {
    Map<String, Double> limits = new InfluenceLimit().exceeded(this);
    if (limits.isEmpty()) {
      return this;
    }
    Map<String, Map<String, Double>> others = new LinkedHashMap<>();
    byQuery.forEach(
        (query, documents) ->
            documents.forEach(
                (document, gain) -> {
                  if (!limits.containsKey(document)) {
                    add(others, query, document, gain);
                  }
                }));
    return new ClickedGains(others);
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
   * Normalised discounted cumulative gain of a ranking, at {@value #CUTOFF}.
   *
   * @param query one of {@link #queries}
   * @return 0 to 1
   */
  double ndcg(String query, Ranking ranking) {
    Map<String, Double> gains = byQuery.getOrDefault(query, Map.of());
    List<Double> found =
        ranking.top(CUTOFF).ids().stream().map(id -> gains.getOrDefault(id, 0.0)).toList();
    List<Double> ideal =
        gains.values().stream().sorted(Comparator.reverseOrder()).limit(CUTOFF).toList();
    return discounted(found) / discounted(ideal);
  }

  private static double discounted(List<Double> gains) {
    double sum = 0;
    for (int i = 0; i < gains.size(); i++) {
      sum += gains.get(i) * Math.log(2) / Math.log(i + 2.0);
    }
    return sum;
  }
}
