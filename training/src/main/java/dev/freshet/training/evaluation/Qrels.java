package dev.freshet.training.evaluation;

import dev.freshet.training.corpus.Judgement;
import dev.freshet.training.retrieval.Ranking;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which documents answer which query, and how well. Documents that nobody judged count as not
 * relevant. Immutable and thread-safe.
 */
public final class Qrels {
  /** Grades by document by query; all queries that were judged, only relevant documents. */
  private final Map<String, Map<String, Integer>> grades = new LinkedHashMap<>();

  /** A judgement of grade 0 or less says no more of a document than none. */
  public Qrels(List<Judgement> judgements) {
    for (Judgement judgement : judgements) {
      Map<String, Integer> ofQuery =
          grades.computeIfAbsent(judgement.queryId(), query -> new LinkedHashMap<>());
      if (judgement.grade() > 0) {
        ofQuery.put(judgement.documentId(), judgement.grade());
      }
    }
  }

  /** Queries with a judgement, also those without a relevant document, in that order. */
  public List<String> queries() {
    return List.copyOf(grades.keySet());
  }

  /** The grade of a document for a query, 0 where it is not relevant or nobody judged it. */
  public int grade(String query, String document) {
    return grades.getOrDefault(query, Map.of()).getOrDefault(document, 0);
  }

  /** The highest grade there is, 0 where nothing is relevant. */
  public int highestGrade() {
    return grades.values().stream()
        .flatMap(documents -> documents.values().stream())
        .mapToInt(grade -> grade)
        .max()
        .orElse(0);
  }

  /**
   * The ranking as measures see it.
   *
   * @throws IllegalArgumentException when the query is not one of {@link #queries}
   */
  public JudgedRanking judge(String query, Ranking ranking) {
    Map<String, Integer> relevant = grades.get(query);
    if (relevant == null) {
      throw new IllegalArgumentException("query %s was not judged".formatted(query));
    }
    return new JudgedRanking(
        ranking.ids().stream().mapToInt(id -> relevant.getOrDefault(id, 0)).toArray(),
        relevant.values().stream().mapToInt(grade -> grade).toArray());
  }
}
