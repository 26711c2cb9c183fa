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
 * over the runs that found it, ranks counted from 1.
 *
 * <p>Source: Cormack, Clarke and Büttcher, <i>Reciprocal Rank Fusion outperforms Condorcet and
 * individual rank learning methods</i>, SIGIR 2009. Its constant of 60 is for many runs that are
 * about equally good: of two, a document that stands low in both goes before the first of either,
 * and a query that one of them knows nothing about gets an empty page. With 5 both lists must have
 * a document among their first seven for that.
 */
public final class ReciprocalRankFusion {
  /** Added to every rank: see above. */
  public static final int K = 5;

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
      List<List<String>> lists = runs.stream().map(run -> run.ranking(query).ids()).toList();
      fused.put(query, fuseLists(lists).top(depth));
    }
    return new Run(fused);
  }

  /**
   * Joins what several systems found for one query.
   *
   * @param lists ids of documents, best first, each at most once in a list
   * @return every document of any list; equal scores in the order of {@link Ranking}
   */
  public static Ranking fuseLists(List<List<String>> lists) {
    Map<String, Double> scores = new HashMap<>();
    for (List<String> ids : lists) {
      for (int i = 0; i < ids.size(); i++) {
        scores.merge(ids.get(i), 1.0 / (K + i + 1), Double::sum);
      }
    }
    List<ScoredDocument> documents = new ArrayList<>(scores.size());
    scores.forEach((id, score) -> documents.add(new ScoredDocument(id, score.floatValue())));
    return Ranking.of(documents);
  }
}
