package dev.freshet.training.click;

import java.util.HashMap;
import java.util.Map;

/**
 * How often a document was clicked for a query, but for one impression: what others thought of it.
 * Thread-safe once all impressions are added.
 */
final class Agreement {
  /** Of the share of impressions with a click, the upper end of each level but the last one. */
  private static final double[] MOST = {0, 0.1, 0.3};

  /** How many levels there are. */
  static final int LEVELS = MOST.length + 1;

  /** Shown and clicked, by query and document. */
  private final Map<String, Map<String, int[]>> counts = new HashMap<>();

  Agreement(ClickLog log) {
    for (Impression impression : log.impressions()) {
      Map<String, int[]> byDocument =
          counts.computeIfAbsent(impression.page().queryId(), query -> new HashMap<>());
      for (int position = 1; position <= impression.page().size(); position++) {
        int[] count =
            byDocument.computeIfAbsent(
                impression.page().slot(position).documentId(), document -> new int[2]);
        count[0]++;
        count[1] += impression.isClicked(position) ? 1 : 0;
      }
    }
  }

  /**
   * What the other impressions say of a document.
   *
   * @param impression one of the log
   * @param position from 1
   * @return from 0, where nobody else clicked it, to {@code LEVELS - 1}
   */
  int level(Impression impression, int position) {
    int[] count =
        counts
            .getOrDefault(impression.page().queryId(), Map.of())
            .getOrDefault(impression.page().slot(position).documentId(), new int[2]);
    int shown = count[0] - 1;
    int clicked = count[1] - (impression.isClicked(position) ? 1 : 0);
    int level = 0;
    while (level < MOST.length && clicked > MOST[level] * shown) {
      level++;
    }
    return level;
  }
}
