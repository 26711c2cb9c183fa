package dev.freshet.pipeline.ann;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The k best documents so far. One per thread. */
final class TopDocuments {
  /** Best first: by score, equal scores by ordinal. */
  static final Comparator<ScoredPassage> BEST_FIRST =
      Comparator.comparingDouble((ScoredPassage hit) -> -hit.score())
          .thenComparingInt(ScoredPassage::document);

  private static final int INITIAL = 64;

  private final int k;
  private final PriorityQueue<ScoredPassage> worstFirst;
  private float threshold = Float.NEGATIVE_INFINITY;

  TopDocuments(int k) {
    this.k = k;
    worstFirst = new PriorityQueue<>(Math.min(k, INITIAL), BEST_FIRST.reversed());
  }

  /** A lower score cannot enter. */
  float threshold() {
    return threshold;
  }

  /** Whether {@link #add} would take it. */
  boolean admits(int document, float score) {
    ScoredPassage worst = worstFirst.peek();
    return worstFirst.size() < k
        || worst == null
        || score > worst.score()
        || (score == worst.score() && document < worst.document());
  }

  /**
   * @param hit of a document that is not here yet, and admitted
   */
  void add(ScoredPassage hit) {
    worstFirst.add(hit);
    if (worstFirst.size() > k) {
      worstFirst.poll();
    }
    ScoredPassage worst = worstFirst.peek();
    if (worstFirst.size() == k && worst != null) {
      threshold = worst.score();
    }
  }

  /** Best first, at most k, of all of these. */
  static List<ScoredPassage> merge(List<TopDocuments> parts, int k) {
    List<ScoredPassage> all = new ArrayList<>();
    parts.forEach(part -> all.addAll(part.worstFirst));
    all.sort(BEST_FIRST);
    return List.copyOf(all.subList(0, Math.min(k, all.size())));
  }
}
