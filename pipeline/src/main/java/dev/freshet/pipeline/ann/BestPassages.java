package dev.freshet.pipeline.ann;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The k best documents so far, each by its best passage, which may come in any order. One per
 * search and thread.
 *
 * <p>A heap of numbers, the worst first. Whether a document is here already is looked for from end
 * to end: for what a search asks for, that takes less than a hash table.
 */
final class BestPassages {
  private static final int INITIAL = 64;

  private final int k;
  private int size;

  /** {@code [size]}, as the next two: of the places 2 i + 1 and 2 i + 2 none is worse than i. */
  private int[] documents;

  private int[] passages;
  private float[] scores;

  private float threshold = Float.NEGATIVE_INFINITY;

  /**
   * @param k at least 1
   */
  BestPassages(int k) {
    this.k = k;
    int room = Math.min(k, INITIAL);
    documents = new int[room];
    passages = new int[room];
    scores = new float[room];
  }

  /** A lower score changes nothing. */
  float threshold() {
    return threshold;
  }

  void offer(int document, int passage, float score) {
    if (size == k && isWorse(document, score, 0)) {
      return;
    }
    int known = indexOf(document);
    if (known >= 0) {
      if (score > scores[known] || (score == scores[known] && passage < passages[known])) {
        sink(known, document, passage, score);
      }
    } else if (size < k) {
      add(document, passage, score);
    } else {
      sink(0, document, passage, score);
    }
    if (size == k) {
      threshold = scores[0];
    }
  }

  /** Whether it comes after what is at a place: by score, equal scores by ordinal. */
  private boolean isWorse(int document, float score, int place) {
    return score < scores[place] || (score == scores[place] && document > documents[place]);
  }

  private int indexOf(int document) {
    for (int i = 0; i < size; i++) {
      if (documents[i] == document) {
        return i;
      }
    }
    return -1;
  }

  private void add(int document, int passage, float score) {
    if (size == documents.length) {
      int room = (int) Math.min(k, 2L * size);
      documents = Arrays.copyOf(documents, room);
      passages = Arrays.copyOf(passages, room);
      scores = Arrays.copyOf(scores, room);
    }
    int at = size++;
    while (at > 0 && isWorse(document, score, (at - 1) / 2)) {
      move((at - 1) / 2, at);
      at = (at - 1) / 2;
    }
    put(at, document, passage, score);
  }

  /** Puts it in place of one that is no better. */
  private void sink(int place, int document, int passage, float score) {
    int at = place;
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size && isWorse(documents[child + 1], scores[child + 1], child)) {
        child++;
      }
      if (isWorse(document, score, child)) {
        break;
      }
      move(child, at);
      at = child;
    }
    put(at, document, passage, score);
  }

  private void move(int from, int to) {
    put(to, documents[from], passages[from], scores[from]);
  }

  private void put(int at, int document, int passage, float score) {
    documents[at] = document;
    passages[at] = passage;
    scores[at] = score;
  }

  /**
   * Best first, at most k.
   *
   * @param least those that score less are left out
   * @param more is added to every score
   */
  List<ScoredPassage> sorted(float least, float more) {
    List<ScoredPassage> all = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      if (scores[i] >= least) {
        all.add(new ScoredPassage(documents[i], passages[i], scores[i]));
      }
    }
    all.sort(TopDocuments.BEST_FIRST);
    // Minus zero becomes zero.
    all.replaceAll(
        hit -> new ScoredPassage(hit.document(), hit.passage(), hit.score() + more + 0f));
    return List.copyOf(all);
  }
}
