package dev.freshet.training.click;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How often each document was clicked for each query. Immutable and thread-safe. */
final class Agreement {
  /** Of the share of impressions with a click, the upper end of each level but the last one. */
  private static final double[] MOST = {0, 0.1, 0.3};

  /** How many levels there are. */
  static final int LEVELS = MOST.length + 1;

  /** Shown and clicked, by query and document. */
  private final Map<String, Map<String, int[]>> counts = new HashMap<>();

  Agreement(List<Impression> impressions) {
    for (Impression impression : impressions) {
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
   * What others say of a document.
   *
   * @param own of those who are not others, whose impressions are among these
   * @return from 0, where nobody else clicked it, to {@code LEVELS - 1}
   */
  int level(String query, String document, Agreement own) {
    int[] all = of(query, document);
    int[] ours = own.of(query, document);
    int level = 0;
    while (level < MOST.length && all[1] - ours[1] > MOST[level] * (all[0] - ours[0])) {
      level++;
    }
    return level;
  }

  private int[] of(String query, String document) {
    return counts.getOrDefault(query, Map.of()).getOrDefault(document, new int[2]);
  }
}
