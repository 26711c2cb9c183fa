package dev.freshet.pipeline.search;

import dev.freshet.training.retrieval.ReciprocalRankFusion;
import java.util.List;

/**
 * What a shard has found for one query, best first.
 *
 * @param generation that answered
 * @param denseWeight what a place in the dense list counts on a page of that generation, where one
 *     in the other counts 1
 * @param dense by vector; empty where none were asked for
 * @param lexical by words, likewise; those that stand in the other list, too, are shown there
 */
public record ShardLists(
    int generation, double denseWeight, List<ShardHit> dense, List<ShardHit> lexical) {
  public ShardLists {
    if (denseWeight == 0) {
      denseWeight = ReciprocalRankFusion.EQUAL; // a node of an earlier version does not say
    }
    dense = List.copyOf(dense);
    lexical = List.copyOf(lexical);
  }
}
