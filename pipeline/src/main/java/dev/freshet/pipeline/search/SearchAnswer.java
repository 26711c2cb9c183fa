package dev.freshet.pipeline.search;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * An answer. Query vector and every hit are of the one generation that it names.
 *
 * @param queryId names the answer in impressions and clicks
 * @param generation the generation that answered
 * @param hits best first
 * @param tookMillis time from request to answer in the serve node
 * @param missing partitions whose documents were not asked; empty where the answer is whole
 */
public record SearchAnswer(
    String queryId, int generation, List<Hit> hits, double tookMillis, List<Missing> missing) {
  public SearchAnswer {
    hits = List.copyOf(hits);
    missing = List.copyOf(missing);
  }

  /** A whole answer. */
  public SearchAnswer(String queryId, int generation, List<Hit> hits, double tookMillis) {
    this(queryId, generation, hits, tookMillis, List.of());
  }

  /** The same answer with its hits in another order. */
  SearchAnswer withHits(List<Hit> others) {
    return new SearchAnswer(queryId, generation, others, tookMillis, missing);
  }

  /** The same answer, which knows nothing of some partitions. */
  public SearchAnswer without(List<Missing> partitions) {
    return new SearchAnswer(queryId, generation, hits, tookMillis, partitions);
  }

  /** Whether there may be better hits in partitions that were not asked. */
  @JsonProperty("partial")
  public boolean isPartial() {
    return !missing.isEmpty();
  }
}
