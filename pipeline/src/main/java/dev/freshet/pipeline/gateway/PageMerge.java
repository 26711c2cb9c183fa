package dev.freshet.pipeline.gateway;

import dev.freshet.pipeline.event.SearchMode;
import dev.freshet.pipeline.search.DocumentVersion;
import dev.freshet.pipeline.search.Hit;
import dev.freshet.pipeline.search.HybridRanking;
import dev.freshet.pipeline.search.SearchRequest;
import dev.freshet.pipeline.search.ShardHit;
import dev.freshet.pipeline.search.ShardLists;
import dev.freshet.pipeline.search.ShardQuery;
import dev.freshet.training.retrieval.ReciprocalRankFusion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * One page of what several shards have found. Vectors compare alike everywhere, so the dense lists
 * make the list that one node would have. So do the lists by words, but for how rare a word is,
 * which each shard counts among its own documents. Only then the two are fused: ranks within a
 * shard say nothing. One per search.
 */
final class PageMerge {
  private final SearchRequest request;
  private final int spare;

  /**
   * @param spare documents more than wanted, so that one which is superseded has a successor
   */
  PageMerge(SearchRequest request, int spare) {
    this.request = request;
    this.spare = spare;
  }

  /** What to ask every shard. */
  ShardQuery query(int generation) {
    return new ShardQuery(
        request.query(),
        request.mode(),
        depth() + spare,
        shown(),
        request.filter(),
        generation,
        request.recall());
  }

  /** How much of each list of the whole cluster counts. */
  private int depth() {
    return request.mode() == SearchMode.HYBRID
        ? Math.max(request.depth(), ReciprocalRankFusion.DEPTH)
        : request.depth();
  }

  /**
   * Of how many of each list what is shown must be known. Fused, each of the first k of the list
   * that counts most, w, scores w / (K + k) at least. What stands below 2k + K in both scores less,
   * and in the list of a shard it stands no lower than in that of all. What is wanted beyond the k
   * stands among the first of one list, so it is among those, too.
   */
  private int shown() {
    int wanted = request.depth() + spare;
    return request.mode() == SearchMode.HYBRID ? 2 * wanted + ReciprocalRankFusion.K : wanted;
  }

  /**
   * The documents that may count, each in the newest version that was found: of those it must be
   * asked whether there is a newer one.
   */
  Collection<DocumentVersion> found(List<ShardLists> shards) {
    Map<String, DocumentVersion> found = new LinkedHashMap<>();
    for (List<ShardHit> list : List.of(dense(shards), lexical(shards))) {
      for (ShardHit hit : list) {
        found.merge(
            hit.id(), hit.version(), (before, other) -> other.isNewerThan(before) ? other : before);
      }
    }
    return found.values();
  }

  private List<ShardHit> dense(List<ShardLists> shards) {
    return list(shards, ShardLists::dense, depth() + spare);
  }

  private List<ShardHit> lexical(List<ShardLists> shards) {
    return list(shards, ShardLists::lexical, depth() + spare);
  }

  private static List<ShardHit> list(
      List<ShardLists> shards, Function<ShardLists, List<ShardHit>> which, int most) {
    List<ShardHit> merged = HybridRanking.merge(shards.stream().map(which).toList());
    return merged.subList(0, Math.min(most, merged.size()));
  }

  /**
   * @param hits best first
   * @param isCut whether more spare documents could bring more onto it
   */
  record Page(List<Hit> hits, boolean isCut) {}

  /**
   * The page.
   *
   * @param superseded ids of documents of which a shard knows a newer version than was found
   */
  Page page(List<ShardLists> shards, Set<String> superseded) {
    Map<DocumentVersion, ShardHit.Shown> shown = shown(shards);
    List<ShardHit> best = best(shards, superseded);
    List<Hit> hits = new ArrayList<>();
    for (ShardHit hit : best) {
      ShardHit.Shown shows = shown.get(hit.version());
      if (shows != null) {
        hits.add(
            new Hit(hit.id(), hit.score(), shows.title(), shows.snippet(), shows.attributes()));
      }
    }
    // So much before a hit is superseded that its shard took it to stand too low to be shown.
    boolean isHidden = hits.size() < best.size();
    return new Page(hits, isHidden || (hits.size() < request.k() && endsWhereItWasCut(shards)));
  }

  private static Map<DocumentVersion, ShardHit.Shown> shown(List<ShardLists> shards) {
    Map<DocumentVersion, ShardHit.Shown> shown = new HashMap<>();
    for (ShardLists lists : shards) {
      for (List<ShardHit> list : List.of(lists.lexical(), lists.dense())) {
        for (ShardHit hit : list) {
          if (hit.shown() != null) {
            shown.put(hit.version(), hit.shown());
          }
        }
      }
    }
    return shown;
  }

  private List<ShardHit> best(List<ShardLists> shards, Set<String> superseded) {
    List<ShardHit> dense = newest(dense(shards), superseded);
    List<ShardHit> lexical = newest(lexical(shards), superseded);
    return switch (request.mode()) {
      case DENSE -> dense.subList(0, Math.min(request.depth(), dense.size()));
      case LEXICAL -> lexical.subList(0, Math.min(request.depth(), lexical.size()));
      case HYBRID ->
          HybridRanking.fuse(dense, lexical, denseWeight(shards), request.k(), request.below());
    };
  }

  /** All shards answer for one generation, so those that say anything say the same. */
  private static double denseWeight(List<ShardLists> shards) {
    return shards.stream()
        .map(ShardLists::denseWeight)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(ReciprocalRankFusion.EQUAL);
  }

  private List<ShardHit> newest(List<ShardHit> list, Set<String> superseded) {
    return list.stream().filter(hit -> !superseded.contains(hit.id())).limit(depth()).toList();
  }

  private boolean endsWhereItWasCut(List<ShardLists> shards) {
    return shards.stream()
        .anyMatch(
            lists ->
                lists.dense().size() >= depth() + spare
                    || lists.lexical().size() >= depth() + spare);
  }
}
