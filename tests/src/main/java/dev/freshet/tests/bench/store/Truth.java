package dev.freshet.tests.bench.store;

import dev.freshet.pipeline.ann.ExactIndex;
import dev.freshet.pipeline.ann.ScoredPassage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/** The true neighbours of queries, by the exact scan. */
final class Truth {
  private final ExactIndex exact;

  Truth(int dimensions) {
    exact = new ExactIndex(dimensions);
  }

  void put(int id, float[] vector) {
    exact.upsert(id, new float[][] {vector});
  }

  void remove(int id) {
    exact.remove(id);
  }

  Set<Integer> of(float[] query, int k, IntPredicate accept) {
    Set<Integer> ids = new HashSet<>();
    List<ScoredPassage> best = exact.search(query, k, accept);
    best.forEach(hit -> ids.add(hit.document()));
    return ids;
  }

  List<Set<Integer>> of(float[][] queries, int k) {
    return java.util.Arrays.stream(queries).map(query -> of(query, k, id -> true)).toList();
  }

  /** Of the true ones, how many were found. */
  static int found(Set<Integer> truth, int[] ids) {
    int found = 0;
    for (int id : ids) {
      found += truth.contains(id) ? 1 : 0;
    }
    return found;
  }
}
