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
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What documents are worth for queries, to measure rankings with, by the clicks of a log and what
 * another log teaches of clicks. Immutable and thread-safe.
 */
final class GainModel {
  /** Of a click, however seldom its position is looked at. */
  private static final double MOST_WEIGHT = 10;

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
   * Gains of all documents that were shown: 0 of those that were not clicked. Where the estimator
   * is the posterior of relevance: by it, in how many of the query's searches a document would be
   * clicked if it were shown and looked at in all of them, as inverse propensities of showing and
   * looking tell; so what stood low or was shown seldom counts like what stood high. Else by the
   * estimator's own weights. Queries without a click do not judge, clicks of {@link
   * IndifferentClients} do not count, and documents that answer suspiciously many queries are worth
   * nothing.
   */
  ClickedGains gains(ClickLog log) {
    ClickLog readers = indifferent.removedFrom(log);
    Map<String, Map<String, Double>> gains = new LinkedHashMap<>();
    for (Impression impression : readers.impressions()) {
      Page page = impression.page();
      page.slots().forEach(slot -> add(gains, page.queryId(), slot.documentId(), 0));
    }
    if (mixture == null) {
      estimator
          .debiasing()
          .pairs(readers)
          .positives()
          .forEach(pair -> add(gains, pair.queryId(), pair.documentId(), pair.weight()));
    } else {
      addExpectedClicks(gains, mixture, readers);
    }
    return ClickedGains.of(gains).withoutPushed();
  }

  private static void addExpectedClicks(
      Map<String, Map<String, Double>> gains, RelevanceMixture mixture, ClickLog readers) {
    Map<String, Integer> searches = new HashMap<>();
    Map<String, Map<String, Double>> clicksIfExamined = new HashMap<>();
    for (Impression impression : readers.impressions()) {
      String query = impression.page().queryId();
      searches.merge(query, 1, Integer::sum);
      for (int position : impression.clicks()) {
        clicksIfExamined
            .computeIfAbsent(query, absent -> new HashMap<>())
            .merge(
                impression.page().slot(position).documentId(),
                mixture.examination().weight(position, MOST_WEIGHT),
                Double::sum);
      }
    }
    for (RelevanceEstimate pair : mixture.estimate(readers)) {
      double clicks =
          clicksIfExamined
              .getOrDefault(pair.queryId(), Map.of())
              .getOrDefault(pair.documentId(), 0.0);
      // One click is worth several where a document was shown seldom or low, for there it is
      // clicked
      // as much less often: bounded by 1, it would count for too little.
      double rate = clicks / pair.impressions();
      double gain = searches.getOrDefault(pair.queryId(), 0) * rate * pair.posterior();
      add(gains, pair.queryId(), pair.documentId(), gain);
    }
  }

  private static void add(
      Map<String, Map<String, Double>> gains, String query, String document, double gain) {
    gains.computeIfAbsent(query, absent -> new LinkedHashMap<>()).put(document, gain);
  }
}
