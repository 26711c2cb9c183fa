package dev.freshet.training.feedback;

import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.retrieval.Run;
import dev.freshet.training.sampling.Epochs;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Queries with what clicks say of their documents: they tell what rankings are worth. Each query
 * ranks what was shown for it, and others drawn at random. Not all of the pool: there are answers
 * in it that the served generation never showed and nobody could click, and a system that finds
 * them would look worse for it. Used by one thread.
 */
final class ClickedQueries {
  /** Documents that a query is asked among, beside those that were shown for it. */
  private static final int OTHERS = 100;

  /** Queries that rank the whole pool at a time, which bounds the memory. */
  private static final int AT_A_TIME = 64;

  private final ClickedGains gains;
  private final List<CorpusQuery> queries;
  private final Map<String, Set<String>> shown;
  private final List<CorpusDocument> pool;

  /** The pool's numbers in random order. */
  private final int[] order;

  /**
   * @param gains of the queries
   * @param clicked where they were asked, all of them
   * @param pool documents that systems search in
   */
  ClickedQueries(ClickedGains gains, Interactions clicked, List<CorpusDocument> pool, long seed) {
    this.gains = gains;
    this.pool = pool;
    Map<String, CorpusQuery> asked = clicked.queries();
    queries =
        gains.queries().stream()
            .map(id -> Objects.requireNonNull(asked.get(id), () -> "nobody asked " + id))
            .toList();
    shown = clicked.shownByQuery();
    order = Epochs.shuffled(pool.size(), seed, 0);
  }

  int size() {
    return queries.size();
  }

  /**
   * What several systems are worth.
   *
   * @param systems gives for some of the queries a run of each system, always in the same order
   * @return by system, then by query: its discounted gain
   */
  double[][] discounted(Function<List<CorpusQuery>, List<Run>> systems) {
    List<double[]> scores = new ArrayList<>();
    for (int from = 0; from < queries.size(); from += AT_A_TIME) {
      List<CorpusQuery> asked = queries.subList(from, Math.min(queries.size(), from + AT_A_TIME));
      List<Run> runs = systems.apply(asked);
      while (scores.size() < runs.size()) {
        scores.add(new double[queries.size()]);
      }
      for (int i = 0; i < asked.size(); i++) {
        String id = asked.get(i).id();
        Set<String> ranked = ranked(id);
        for (int system = 0; system < runs.size(); system++) {
          Ranking ranking = runs.get(system).ranking(id).only(ranked);
          scores.get(system)[from + i] = gains.discounted(id, ranking);
        }
      }
    }
    return scores.toArray(double[][]::new);
  }

  private Set<String> ranked(String query) {
    Set<String> ranked = new HashSet<>(shown.getOrDefault(query, Set.of()));
    int first = Math.floorMod(query.hashCode(), order.length);
    IntStream.range(0, Math.min(OTHERS, order.length))
        .mapToObj(i -> pool.get(order[(first + i) % order.length]).id())
        .forEach(ranked::add);
    return ranked;
  }
}
