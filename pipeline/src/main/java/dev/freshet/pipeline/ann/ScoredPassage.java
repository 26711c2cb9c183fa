package dev.freshet.pipeline.ann;

/**
 * A document's best passage for a query.
 *
 * @param document ordinal
 * @param passage index of the passage in its document, from 0
 * @param score inner product with the query
 */
public record ScoredPassage(int document, int passage, float score) {}
