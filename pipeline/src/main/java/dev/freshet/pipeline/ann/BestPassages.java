package dev.freshet.pipeline.ann;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * The k best documents so far, each by its best passage, which may come in any order. One per
 * search and thread.
 */
final class BestPassages {
  private static final int INITIAL = 64;

  private final int k;
  private final PriorityQueue<ScoredPassage> worstFirst;
  private final Map<Integer, ScoredPassage> byDocument = new HashMap<>();
  private float threshold = Float.NEGATIVE_INFINITY;

  BestPassages(int k) {
    this.k = k;
    worstFirst = new PriorityQueue<>(Math.min(k, INITIAL), TopDocuments.BEST_FIRST.reversed());
  }

  /** A lower score changes nothing. */
  float threshold() {
    return threshold;
  }

  void offer(int document, int passage, float score) {
    ScoredPassage hit = new ScoredPassage(document, passage, score);
    ScoredPassage worst = worstFirst.peek();
    if (worstFirst.size() >= k
        && worst != null
        && TopDocuments.BEST_FIRST.compare(hit, worst) > 0) {
      return;
    }
    ScoredPassage known = byDocument.get(document);
    if (known != null) {
      if (known.score() > score || (known.score() == score && known.passage() <= passage)) {
        return;
      }
      worstFirst.remove(known);
    }
    worstFirst.add(hit);
    byDocument.put(document, hit);
    if (worstFirst.size() > k) {
      ScoredPassage out = worstFirst.remove();
      byDocument.remove(out.document());
    }
    ScoredPassage last = worstFirst.peek();
    if (worstFirst.size() == k && last != null) {
      threshold = last.score();
    }
  }

  /** Best first, at most k, each score more by as much as is given. */
  List<ScoredPassage> sorted(float more) {
    List<ScoredPassage> all = new ArrayList<>(worstFirst);
    all.sort(TopDocuments.BEST_FIRST);
    // Minus zero becomes zero.
    all.replaceAll(
        hit -> new ScoredPassage(hit.document(), hit.passage(), hit.score() + more + 0f));
    return List.copyOf(all);
  }
}
