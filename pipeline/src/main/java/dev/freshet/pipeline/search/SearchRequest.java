package dev.freshet.pipeline.search;

import org.jspecify.annotations.Nullable;

/**
 * A search.
 *
 * @param query never blank
 * @param k hits wanted, at least 1
 * @param filter condition on attributes, or null for none
 * @param generation the generation to ask, or null for the served one
 */
public record SearchRequest(
    String query, int k, @Nullable Filter filter, @Nullable Integer generation) {

  /** The same search in another generation, or in the served one. */
  public SearchRequest withGeneration(@Nullable Integer other) {
    return new SearchRequest(query, k, filter, other);
  }
}
