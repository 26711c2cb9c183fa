package dev.freshet.pipeline.search;

import dev.freshet.pipeline.event.SearchMode;
import org.jspecify.annotations.Nullable;

/**
 * A search of one shard.
 *
 * @param query never blank
 * @param mode which lists are wanted
 * @param depth most documents in each list
 * @param shown so many of each list with what is shown of them
 * @param filter condition on attributes, or null for none
 * @param generation the one generation that may answer
 * @param recall as in {@link SearchRequest}
 */
public record ShardQuery(
    String query,
    SearchMode mode,
    int depth,
    int shown,
    @Nullable Filter filter,
    int generation,
    @Nullable Double recall) {}
