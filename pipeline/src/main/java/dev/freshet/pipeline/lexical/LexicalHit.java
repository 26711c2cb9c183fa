package dev.freshet.pipeline.lexical;

import dev.freshet.pipeline.event.Position;

/**
 * A document that holds words of the query.
 *
 * @param position of the version that was scored
 * @param score BM25, above 0
 */
public record LexicalHit(String id, Position position, float score) {}
