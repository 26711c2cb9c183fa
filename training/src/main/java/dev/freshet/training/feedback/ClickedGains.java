package dev.freshet.training.feedback;

import dev.freshet.training.click.Browsing;
import dev.freshet.training.click.ClickLog;
import dev.freshet.training.click.EmSettings;
import dev.freshet.training.click.Estimator;
import dev.freshet.training.click.ExaminationCurve;
import dev.freshet.training.click.Impression;
import dev.freshet.training.click.IndifferentClients;
import dev.freshet.training.click.RelevanceEstimate;
import dev.freshet.training.click.RelevanceMixture;
import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.sampling.Epochs;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What clicks say a document is worth for a query, to measure rankings with. Immutable and
 * thread-safe.
 */
final class ClickedGains {
  /** Of a click, however seldom its position is looked at. */
  private static final double MOST_WEIGHT = 10;

  private final Map<String, Map<String, Double>> byQuery;

  /** Of a query, all of its documents together. */
  private final double meanGain;

  private ClickedGains(Map<String, Map<String, Double>> byQuery) {
    this.byQuery = Collections.unmodifiableMap(new LinkedHashMap<>(byQuery));
    meanGain =
        byQuery.values().stream()
            .mapToDouble(gains -> gains.values().stream().mapToDouble(gain -> gain).sum())
            .average()
            .orElse(1);
  }

  /** A gain above 0 for each document, by query id; no query is without one. */
  Map<String, Map<String, Double>> byQuery() {
    return byQuery;
  }

  /**
   * Gains of the documents that were clicked. Where the estimator is the posterior of relevance: by
   * it, times one over the examination of the positions where they were clicked, so that what stood
   * low counts as if it had been looked at as often as what stood high. Else by the estimator's own
   * weights. Clicks of {@link IndifferentClients} do not count.
   *
   * @param known what click rates and examination are learned from; may hold the log as well
   * @param log whose clicks count
   */
  static ClickedGains of(Estimator estimator, ClickLog known, ClickLog log) {
    Map<String, Map<String, Double>> gains = new LinkedHashMap<>();
    IndifferentClients indifferent = IndifferentClients.of(known);
    ClickLog readers = indifferent.removedFrom(log);
    if (estimator == Estimator.POSTERIOR) {
      RelevanceMixture mixture =
          RelevanceMixture.fit(
              indifferent.removedFrom(known), Browsing.POSITION, EmSettings.defaults());
      Map<String, Map<String, Double>> weights = weights(readers, mixture.examination());
      for (RelevanceEstimate pair : mixture.withoutRanks().estimate(readers)) {
        double weight =
            weights.getOrDefault(pair.queryId(), Map.of()).getOrDefault(pair.documentId(), 0.0);
        if (weight * pair.posterior() > 0) {
          add(gains, pair.queryId(), pair.documentId(), weight * pair.posterior());
        }
      }
    } else {
      estimator
          .debiasing()
          .pairs(readers)
          .positives()
          .forEach(pair -> add(gains, pair.queryId(), pair.documentId(), pair.weight()));
    }
    return new ClickedGains(gains).withoutPushed();
  }

  /** What the clicks on each document add up to, each by the examination of its position. */
  private static Map<String, Map<String, Double>> weights(
      ClickLog log, ExaminationCurve examination) {
    Map<String, Map<String, Double>> weights = new HashMap<>();
    for (Impression impression : log.impressions()) {
      for (int position : impression.clicks()) {
        weights
            .computeIfAbsent(impression.page().queryId(), query -> new HashMap<>())
            .merge(
                impression.page().slot(position).documentId(),
                examination.weight(position, MOST_WEIGHT),
                Double::sum);
      }
    }
    return weights;
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
