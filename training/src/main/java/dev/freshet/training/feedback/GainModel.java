package dev.freshet.training.feedback;

import dev.freshet.training.click.Browsing;
import dev.freshet.training.click.ClickLog;
import dev.freshet.training.click.Debiasing;
import dev.freshet.training.click.EmSettings;
import dev.freshet.training.click.Estimator;
import dev.freshet.training.click.Impression;
import dev.freshet.training.click.IndifferentClients;
import dev.freshet.training.click.Page;
import dev.freshet.training.click.RelevanceEstimate;
import dev.freshet.training.click.RelevanceMixture;
import dev.freshet.training.click.Slot;
import dev.freshet.training.click.TrainingPair;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What documents are worth for queries, to measure rankings with, by the clicks of a log and what
 * another log teaches of clicks. Immutable and thread-safe.
 */
final class GainModel {
  /** A click counts ten at the most, however seldom its position is looked at. */
  private static final Debiasing.InversePropensity LOOKED_AT = new Debiasing.InversePropensity(10);

  private final Estimator estimator;
  private final IndifferentClients indifferent;

  /** Null but for the posterior of relevance. */
  private final @Nullable RelevanceMixture mixture;

  /** By query and document, what all that is known says; empty without a mixture. */
  private final Map<String, Map<String, Double>> posteriors = new HashMap<>();

  private GainModel(
      Estimator estimator,
      IndifferentClients indifferent,
      @Nullable RelevanceMixture mixture,
      ClickLog readers) {
    this.estimator = estimator;
    this.indifferent = indifferent;
    this.mixture = mixture;
    if (mixture != null) {
      for (RelevanceEstimate pair : mixture.estimate(readers)) {
        add(posteriors, pair.queryId(), pair.documentId(), pair.posterior());
      }
    }
  }

  /**
   * Learns on the calling thread, as long as an estimation takes.
   *
   * @param known holds the logs whose clicks will be valued, and others
   */
  static GainModel of(Estimator estimator, ClickLog known) {
    IndifferentClients indifferent = IndifferentClients.of(known);
    ClickLog readers = indifferent.removedFrom(known);
    RelevanceMixture mixture =
        estimator == Estimator.POSTERIOR
            ? RelevanceMixture.fit(readers, Browsing.POSITION, EmSettings.defaults())
            : null;
    return new GainModel(estimator, indifferent, mixture, readers);
  }

  /**
   * Gains of all documents that were shown: 0 of those that were not clicked. They say how often a
   * document would be clicked in all searches for the query, so what is shown in some of them, as
   * exploration does, counts like what is shown in all: an inverse propensity of showing, times the
   * estimator's weight of the clicks. Where that is the posterior of relevance: the posterior times
   * one over the examination of the positions where it was clicked, the inverse propensity of
   * looking (Joachims et al., WSDM 2017). The posterior is by all clicks that are known: by those
   * of this log alone, half of the clicks on what is shown seldom would be taken for mistakes, and
   * what always stood on the page would look better than it is. Not bounded by the searches: where
   * a click is seldom, it must count for those that were not to be had.
   *
   * <p>Queries without a click do not judge, and clicks of {@link IndifferentClients} do not count.
   * A document that answers suspiciously many queries is worth less, and the more there are the
   * less for all of them together; it stays in the way of others.
   *
   * @param documents that are still there: others nobody can find any more
   */
  ClickedGains gains(ClickLog log, Set<String> documents) {
    ClickLog readers = indifferent.removedFrom(log);
    Map<String, Map<String, Double>> gains = new LinkedHashMap<>();
    Map<String, Integer> searches = new HashMap<>();
    for (Impression impression : readers.impressions()) {
      Page page = impression.page();
      page.slots().stream()
          .map(Slot::documentId)
          .filter(documents::contains)
          .forEach(id -> add(gains, page.queryId(), id, 0));
      searches.merge(page.queryId(), 1, Integer::sum);
    }
    List<TrainingPair> clicked =
        clicked(readers).stream().filter(pair -> documents.contains(pair.documentId())).toList();
    Map<String, Double> pushed = new InfluenceLimit().exceeded(clicked);
    for (TrainingPair pair : clicked) {
      double shown = (double) pair.impressions() / searches.getOrDefault(pair.queryId(), 0);
      double factor = pushed.getOrDefault(pair.documentId(), 1.0);
      add(gains, pair.queryId(), pair.documentId(), factor * factor * pair.weight() / shown);
    }
    return ClickedGains.of(gains);
  }

  /** By gain how likely they answer, by weight what their clicks are worth. */
  private List<TrainingPair> clicked(ClickLog log) {
    if (mixture == null) {
      return estimator.debiasing().pairs(log).positives();
    }
    return LOOKED_AT.pairs(log, mixture.examination()).positives().stream()
        .map(
            pair -> {
              double posterior =
                  posteriors
                      .getOrDefault(pair.queryId(), Map.of())
                      .getOrDefault(pair.documentId(), 0.0);
              return pair.withGain(posterior).withWeight(posterior * pair.weight());
            })
        .toList();
  }

  private static void add(
      Map<String, Map<String, Double>> byQuery, String query, String document, double value) {
    byQuery.computeIfAbsent(query, absent -> new LinkedHashMap<>()).put(document, value);
  }
}
