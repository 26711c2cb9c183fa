package dev.freshet.pipeline.search;

import dev.freshet.pipeline.event.SearchMode;
import org.jspecify.annotations.Nullable;

/**
 * A search.
 *
 * @param query never blank
 * @param k hits wanted, at least 1
 * @param mode how documents are found
 * @param filter condition on attributes, or null for none
 * @param generation the generation to ask, or null for the served one
 * @param clientId who asks, for the impression; null where that is not known
 * @param explore whether the page may show something else than what is ranked there, now and then
 * @param recall share of the nearest documents that is to be found on average, above 0; 1 looks at
 *     every cell; null for {@code store.ann.recall}
 * @param below hits wanted beyond the k, 0 or more: of what is not among those, the best of the
 *     dense list, or of the lexical one where only words are asked for
 */
public record SearchRequest(
    String query,
    int k,
    SearchMode mode,
    @Nullable Filter filter,
    @Nullable Integer generation,
    @Nullable String clientId,
    boolean explore,
    @Nullable Double recall,
    int below) {

  /** A hybrid search of somebody who is not known. */
  public SearchRequest(String query, int k, @Nullable Filter filter, @Nullable Integer generation) {
    this(query, k, SearchMode.HYBRID, filter, generation);
  }

  /** A search of somebody who is not known. */
  public SearchRequest(
      String query, int k, SearchMode mode, @Nullable Filter filter, @Nullable Integer generation) {
    this(query, k, mode, filter, generation, null, true, null, 0);
  }

  /** The same search, with so many hits beyond what it asked for. */
  SearchRequest withBelow(int hits) {
    return new SearchRequest(query, k, mode, filter, generation, clientId, explore, recall, hits);
  }

  /** Hits of a list that is not fused: those wanted, and those beyond. */
  public int depth() {
    return k + below;
  }
}
