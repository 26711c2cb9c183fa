package dev.freshet.training.retrieval;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one system found for many queries. Immutable and thread-safe.
 *
 * @param rankings by query id, in the order in which they were given
 */
public record Run(Map<String, Ranking> rankings) {
  public Run {
    rankings = Collections.unmodifiableMap(new LinkedHashMap<>(rankings));
  }

  /** The ranking of a query, empty for one that is not in the run. */
  public Ranking ranking(String queryId) {
    return rankings.getOrDefault(queryId, Ranking.empty());
  }
}
