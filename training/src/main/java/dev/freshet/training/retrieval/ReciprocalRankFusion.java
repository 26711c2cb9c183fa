package dev.freshet.training.retrieval;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Joins runs whose scores cannot be compared: a document scores the sum of {@code 1 / (5 + rank)}
 * over the runs that found it, ranks counted from 1; of two lists one may count more.
 *
 * <p>Source: Cormack, Clarke and Büttcher, <i>Reciprocal Rank Fusion outperforms Condorcet and
 * individual rank learning methods</i>, SIGIR 2009. Its constant of 60 is for many runs that are
 * about equally good: of two, a document that stands low in both goes before the first of either,
 * and a query that one of them knows nothing about gets an empty page. With 5, and where both count
 * alike, they must have a document among their first seven for that.
 */
public final class ReciprocalRankFusion {
  /** Added to every rank: see above. */
  public static final int K = 5;

  /** How much of each list of a hybrid search is fused, at least. */
  public static final int DEPTH = 100;

  /** What the dense list counts where both lists count alike. */
  public static final double EQUAL = 1;

  private ReciprocalRankFusion() {}

  /**
   * @param depth most documents of a query in the result
   * @return a ranking for each query that is in any run
   */
  public static Run fuse(List<Run> runs, int depth) {
    Set<String> queries = new LinkedHashSet<>();
    runs.forEach(run -> queries.addAll(run.rankings().keySet()));
    Map<String, Ranking> fused = new LinkedHashMap<>();
    for (String query : queries) {
      Map<String, Double> scores = new HashMap<>();
      runs.forEach(run -> add(scores, run.ranking(query).ids(), 1));
      fused.put(query, ranking(scores).top(depth));
    }
    return new Run(fused);
  }

  /**
   * Joins the two lists of a hybrid search.
   *
   * @param dense ids of documents, best first, each at most once
   * @param denseWeight what a place in that list counts, where one in the other counts 1
   * @param lexical likewise
   * @return every document of either list
   */
  public static Ranking fuse(List<String> dense, double denseWeight, List<String> lexical) {
    Map<String, Double> scores = new HashMap<>();
    add(scores, dense, denseWeight);
    add(scores, lexical, 1);
    return ranking(scores);
  }

  private static void add(Map<String, Double> scores, List<String> ids, double weight) {
    for (int i = 0; i < ids.size(); i++) {
      scores.merge(ids.get(i), weight / (K + i + 1), Double::sum);
    }
  }

  private static Ranking ranking(Map<String, Double> scores) {
    List<ScoredDocument> documents = new ArrayList<>(scores.size());
    scores.forEach((id, score) -> documents.add(new ScoredDocument(id, score.floatValue())));
    return Ranking.of(documents);
  }
}
