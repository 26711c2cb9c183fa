package dev.freshet.pipeline.search;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a shard has found for one query, best first.
 *
 * @param generation that answered
 * @param denseWeight what a place in the dense list counts on a page of that generation, where one
 *     in the other counts 1; null from a node of a version that does not know
 * @param dense by vector; empty where none were asked for
 * @param lexical by words, likewise; those that stand in the other list, too, are shown there
 */
public record ShardLists(
    int generation, @Nullable Double denseWeight, List<ShardHit> dense, List<ShardHit> lexical) {
  public ShardLists {
    if (denseWeight != null && !(denseWeight > 0 && denseWeight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "denseWeight must be above 0 and finite, was " + denseWeight);
    }
    dense = List.copyOf(dense);
    lexical = List.copyOf(lexical);
  }
}
