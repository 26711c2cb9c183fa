package dev.freshet.training.round;

import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.loss.ContrastiveBatch;
import dev.freshet.training.sampling.Epochs;
import dev.freshet.training.sampling.Relevance;
import dev.freshet.training.sampling.TrainingExample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The examples of one pass as a loss sees them. Every document is a candidate of every query once,
 * and none counts as a negative of a query that it is known to answer; but for an example's own
 * negatives, which may be lesser answers that are to stand behind its positive.
 *
 * @param queries their texts
 * @param candidates all documents: positives first, then hard negatives
 * @param targets which of them is whose
 */
record RetrievalBatch(
    List<String> queries, List<CorpusDocument> candidates, ContrastiveBatch targets) {

  /**
   * @param negatives hard ones of each example to draw
   * @param random draws them
   */
  static RetrievalBatch of(
      List<TrainingExample> examples, Relevance relevance, int negatives, Random random) {
    Map<String, Integer> places = new LinkedHashMap<>();
    List<CorpusDocument> candidates = new ArrayList<>();
    int[] positives = new int[examples.size()];
    for (int i = 0; i < positives.length; i++) {
      positives[i] = place(examples.get(i).positive(), places, candidates);
    }
    for (TrainingExample example : examples) {
      for (CorpusDocument negative : drawn(example.negatives(), negatives, random)) {
        place(negative, places, candidates);
      }
    }
    boolean[][] excluded = new boolean[positives.length][candidates.size()];
    for (int i = 0; i < positives.length; i++) {
      TrainingExample example = examples.get(i);
      for (int candidate = 0; candidate < candidates.size(); candidate++) {
        String id = candidates.get(candidate).id();
        excluded[i][candidate] =
            candidate != positives[i]
                && relevance.isRelevant(example.query().id(), id)
                && example.negatives().stream().noneMatch(own -> own.id().equals(id));
      }
    }
    double[] weights = examples.stream().mapToDouble(TrainingExample::weight).toArray();
    return new RetrievalBatch(
        examples.stream().map(example -> example.query().text()).toList(),
        candidates,
        new ContrastiveBatch(positives, weights, excluded));
  }

  private static int place(
      CorpusDocument document, Map<String, Integer> places, List<CorpusDocument> candidates) {
    return places.computeIfAbsent(
        document.id(),
        id -> {
          candidates.add(document);
          return candidates.size() - 1;
        });
  }

  private static List<CorpusDocument> drawn(List<CorpusDocument> pool, int wanted, Random random) {
    if (pool.size() <= wanted) {
      return pool;
    }
    int[] order = Epochs.shuffled(pool.size(), random.nextLong(), 0);
    List<CorpusDocument> drawn = new ArrayList<>();
    for (int i = 0; i < wanted; i++) {
      drawn.add(pool.get(order[i]));
    }
    return drawn;
  }
}
