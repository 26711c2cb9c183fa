package dev.freshet.training.click;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/** Clicks and skips of pairs, summed over a log. */
final class WeightedClicks {
  private static final class Sums {
    private double weight;
    private int impressions;
    private int clicks;
    private int skippedAboveClick;
  }

  private WeightedClicks() {}

  /**
   * Positive is what was clicked, negative what was never clicked and skipped above a click.
   *
   * @param weightOfClick by position, from 1
   */
  static DebiasedClicks sum(ClickLog log, IntToDoubleFunction weightOfClick) {
    Map<String, Map<String, Sums>> byQuery = new LinkedHashMap<>();
    for (Impression impression : log.impressions()) {
      Page page = impression.page();
      Map<String, Sums> byDocument =
          byQuery.computeIfAbsent(page.queryId(), absent -> new LinkedHashMap<>());
      int lastClick = impression.clicks().stream().mapToInt(each -> each).max().orElse(0);
      for (int position = 1; position <= page.size(); position++) {
        String document = page.slot(position).documentId();
        Sums sums = byDocument.computeIfAbsent(document, absent -> new Sums());
        sums.impressions++;
        if (impression.isClicked(position)) {
          sums.clicks++;
          sums.weight += weightOfClick.applyAsDouble(position);
        } else if (position < lastClick) {
          sums.skippedAboveClick++;
        }
      }
    }
    return pairs(byQuery);
  }

  private static DebiasedClicks pairs(Map<String, Map<String, Sums>> byQuery) {
    List<TrainingPair> positives = new ArrayList<>();
    List<TrainingPair> negatives = new ArrayList<>();
    byQuery.forEach(
        (query, byDocument) ->
            byDocument.forEach(
                (document, sums) -> {
                  if (sums.clicks > 0) {
                    // How often it was clicked is no measure of how well it answers: its position
                    // counts.
                    positives.add(pair(query, document, 1, sums, sums.weight));
                  } else if (sums.skippedAboveClick > 0) {
                    negatives.add(pair(query, document, 0, sums, sums.skippedAboveClick));
                  }
                }));
    return new DebiasedClicks(positives, negatives);
  }

  private static TrainingPair pair(
      String query, String document, double gain, Sums sums, double weight) {
    return new TrainingPair(query, document, gain, weight, sums.impressions, sums.clicks);
  }
}
