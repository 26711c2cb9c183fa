package dev.freshet.pipeline.search;

import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.retrieval.ReciprocalRankFusion;
import dev.freshet.training.retrieval.ScoredDocument;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Several lists of one query as one: of several shards by score, the dense and the lexical one by
 * rank, as {@link ReciprocalRankFusion} does it. Of a document that is found in two versions the
 * newer one counts, where that was found.
 */
public final class HybridRanking {
  private HybridRanking() {}

  /** Best first; of equal scores the smaller id. */
  static <F extends Found<F>> Comparator<F> bestFirst() {
    return Comparator.comparingDouble((F found) -> -found.score()).thenComparing(Found::id);
  }

  /**
   * As one list would be of all shards together: their scores can be compared.
   *
   * @return best first, each document once
   */
  public static <F extends Found<F>> List<F> merge(List<List<F>> lists) {
    Map<String, F> chosen = new HashMap<>();
    for (List<F> list : lists) {
      choose(chosen, list);
    }
    return chosen.values().stream().sorted(bestFirst()).toList();
  }

  private static <F extends Found<F>> void choose(Map<String, F> chosen, List<F> list) {
    for (F found : list) {
      chosen.merge(
          found.id(), found, (before, other) -> before.isNewerThan(other) ? before : other);
    }
  }

  /**
   * Fuses.
   *
   * @param dense best first
   * @param lexical best first
   * @param denseWeight what a place in the dense list counts, where one in the other counts 1
   * @param below how many follow the k: the best of the dense list that are not among them
   * @return at most k and those below, either best first; as the dense list has them, where it has
   *     the document
   */
  public static <F extends Found<F>> List<F> fuse(
      List<F> dense, List<F> lexical, double denseWeight, int k, int below) {
    Map<String, F> chosen = new HashMap<>();
    choose(chosen, lexical);
    choose(chosen, dense);
    List<String> denseIds = idsOf(dense, chosen);
    Ranking fused = ReciprocalRankFusion.fuse(denseIds, denseWeight, idsOf(lexical, chosen));
    Set<String> wanted = new LinkedHashSet<>(fused.top(k).ids());
    denseIds.stream().filter(id -> !wanted.contains(id)).limit(below).toList().forEach(wanted::add);
    Map<String, F> scored = new HashMap<>();
    for (int i = 0; i < fused.size(); i++) {
      ScoredDocument document = fused.get(i);
      F found = chosen.get(document.id());
      if (found != null && wanted.contains(document.id())) {
        scored.put(document.id(), found.withScore(document.score()));
      }
    }
    return wanted.stream().map(scored::get).filter(Objects::nonNull).toList();
  }

  /** Without those whose other version was chosen. */
  private static <F extends Found<F>> List<String> idsOf(List<F> list, Map<String, F> chosen) {
    return list.stream()
        .filter(
            found -> {
              F one = chosen.get(found.id());
              return one != null && one.position().equals(found.position());
            })
        .map(Found::id)
        .toList();
  }
}
