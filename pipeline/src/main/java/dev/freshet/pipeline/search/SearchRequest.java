package dev.freshet.pipeline.search;

import org.jspecify.annotations.Nullable;

/**
 * A search.
 *
 * @param query never blank
 * @param k hits wanted, at least 1
 * @param mode how documents are found
 * @param filter condition on attributes, or null for none
 * @param generation the generation to ask, or null for the served one
 */
public record SearchRequest(
    String query, int k, SearchMode mode, @Nullable Filter filter, @Nullable Integer generation) {

  /** A hybrid search. */
  public SearchRequest(String query, int k, @Nullable Filter filter, @Nullable Integer generation) {
    this(query, k, SearchMode.HYBRID, filter, generation);
  }

  /** The same search in another generation, or in the served one. */
  public SearchRequest withGeneration(@Nullable Integer other) {
    return new SearchRequest(query, k, mode, filter, other);
  }
}
