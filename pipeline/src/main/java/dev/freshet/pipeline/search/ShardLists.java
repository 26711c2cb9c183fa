package dev.freshet.pipeline.search;

import java.util.List;

/**
 * What a shard has found for one query, best first.
 *
 * @param generation that answered
 * @param dense by vector; empty where none were asked for
 * @param lexical by words, likewise; those that stand in the other list, too, are shown there
 */
public record ShardLists(int generation, List<ShardHit> dense, List<ShardHit> lexical) {
  public ShardLists {
    dense = List.copyOf(dense);
    lexical = List.copyOf(lexical);
  }
}
