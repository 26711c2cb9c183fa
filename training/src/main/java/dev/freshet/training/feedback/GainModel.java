package dev.freshet.training.feedback;

import dev.freshet.training.click.Browsing;
import dev.freshet.training.click.ClickLog;
import dev.freshet.training.click.EmSettings;
import dev.freshet.training.click.Estimator;
import dev.freshet.training.click.ExaminationCurve;
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
 * What a click is worth, to measure rankings with, as one log teaches it. Immutable and
 * thread-safe.
 */
final class GainModel {
  /** Of a click, however seldom its position is looked at. */
  private static final double MOST_WEIGHT = 10;

  /** Probability from which what was not clicked was left. */
  private static final double EXAMINED = 0.5;

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
                .withoutRanks()
            : null;
    return new GainModel(estimator, indifferent, mixture);
  }

  /**
   * Gains of the documents that the clicks of a log judge; the others may answer or not. Where the
   * estimator is the posterior of relevance: by it, times one over the examination of the positions
   * where they were clicked, so that what stood low counts as if it had been looked at as often as
   * what stood high; and what was not clicked is judged where it was looked at rather than not.
   * Else by the estimator's own weights, and all that was shown is judged. Clicks of {@link
   * IndifferentClients} do not count, nor do documents that answer suspiciously many queries.
   */
  ClickedGains gains(ClickLog log) {
    ClickLog readers = indifferent.removedFrom(log);
    Map<String, Map<String, Double>> gains = new LinkedHashMap<>();
    if (mixture == null) {
      for (Impression impression : readers.impressions()) {
        Page page = impression.page();
        page.slots().forEach(slot -> add(gains, page.queryId(), slot.documentId(), 0));
      }
      estimator
          .debiasing()
          .pairs(readers)
          .positives()
          .forEach(pair -> add(gains, pair.queryId(), pair.documentId(), pair.weight()));
    } else {
      Map<String, Map<String, Double>> weights = weights(readers, mixture.examination());
      for (RelevanceEstimate pair : mixture.estimate(readers)) {
        double weight =
            weights.getOrDefault(pair.queryId(), Map.of()).getOrDefault(pair.documentId(), 0.0);
        if (weight > 0 || pair.examined() >= EXAMINED) {
          add(gains, pair.queryId(), pair.documentId(), weight * pair.posterior());
        }
      }
    }
    return ClickedGains.of(gains).withoutPushed();
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
}
