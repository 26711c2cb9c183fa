package dev.freshet.training.feedback;

import dev.freshet.training.click.Browsing;
import dev.freshet.training.click.ClickLog;
import dev.freshet.training.click.EmSettings;
import dev.freshet.training.click.Estimator;
import dev.freshet.training.click.Impression;
import dev.freshet.training.click.IndifferentClients;
import dev.freshet.training.click.Page;
import dev.freshet.training.click.RelevanceEstimate;
import dev.freshet.training.click.RelevanceMixture;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What documents are worth for queries, to measure rankings with, by the clicks of a log and what
 * another log teaches of clicks. Immutable and thread-safe.
 */
final class GainModel {
  private final Estimator estimator;
  private final IndifferentClients indifferent;

  /** Null but for the posterior of relevance. */
  private final @Nullable RelevanceMixture mixture;

  private GainModel(
      Estimator estimator, IndifferentClients indifferent, @Nullable RelevanceMixture mixture) {
    this.estimator = estimator;
    this.indifferent = indifferent;
    this.mixture = mixture;
  }

  /**
   * Learns on the calling thread, as long as an estimation takes.
   *
   * @param known holds the logs whose clicks will be valued, and others
   */
  static GainModel of(Estimator estimator, ClickLog known) {
    IndifferentClients indifferent = IndifferentClients.of(known);
    RelevanceMixture mixture =
        estimator == Estimator.POSTERIOR
            ? RelevanceMixture.fit(
                indifferent.removedFrom(known), Browsing.POSITION, EmSettings.defaults())
            : null;
    return new GainModel(estimator, indifferent, mixture);
  }

  /**
   * Gains of all documents that were shown. Where the estimator is the posterior of relevance: what
   * each is expected to be worth by its clicks and skips, for each search. What was shown low or
   * seldom is expected to be worth what documents are on the average: so nothing is gained or lost,
   * in expectation, by an order in which what nobody looked at goes up or down. Else by the
   * estimator's own weights. Queries without a click do not judge, clicks of {@link
   * IndifferentClients} do not count, and documents that answer suspiciously many queries are worth
   * nothing.
   */
  ClickedGains gains(ClickLog log) {
    ClickLog readers = indifferent.removedFrom(log);
    Map<String, Map<String, Double>> gains = new LinkedHashMap<>();
    Map<String, Integer> searches = new HashMap<>();
    Set<String> clicked = new HashSet<>();
    for (Impression impression : readers.impressions()) {
      Page page = impression.page();
      page.slots().forEach(slot -> add(gains, page.queryId(), slot.documentId(), 0));
      searches.merge(page.queryId(), 1, Integer::sum);
      if (!impression.clicks().isEmpty()) {
        clicked.add(page.queryId());
      }
    }
    if (mixture == null) {
      estimator
          .debiasing()
          .pairs(readers)
          .positives()
          .forEach(pair -> add(gains, pair.queryId(), pair.documentId(), pair.weight()));
    } else {
      for (RelevanceEstimate pair : mixture.estimate(readers)) {
        double gain = searches.getOrDefault(pair.queryId(), 0) * pair.gain();
        add(gains, pair.queryId(), pair.documentId(), gain);
      }
    }
    gains.keySet().retainAll(clicked);
    return ClickedGains.of(gains).withoutPushed();
  }

  private static void add(
      Map<String, Map<String, Double>> gains, String query, String document, double gain) {
    gains.computeIfAbsent(query, absent -> new LinkedHashMap<>()).put(document, gain);
  }
}
