package dev.freshet.training.feedback;

import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.evaluation.PairedComparison;
import dev.freshet.training.retrieval.Bm25Retriever;
import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.retrieval.ReciprocalRankFusion;
import dev.freshet.training.retrieval.Retriever;
import dev.freshet.training.retrieval.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * How much the dense list should count on hybrid pages beside the one by words. An encoder that has
 * learned from clicks is worth more than the one that it began as; with a fixed weight the pages
 * would stay below it, and show nothing more that it could learn from.
 *
 * <p>People click what the pages showed, so their clicks speak for the weight that the pages had.
 * Hence one step a round, and only where the clicks leave no doubt.
 */
final class FusionJudge {
  /** By which a weight grows or shrinks in a round. */
  private static final double STEP = 2;

  /** Beyond that one of the lists decides alone. */
  private static final double MOST = 8;

  /** How much of each list is fused, as in a search. */
  private static final int DEPTH = 100;

  private final ClickedQueries queries;
  private final Retriever dense;
  private final List<CorpusDocument> pool;
  private final long seed;

  /**
   * @param dense finds documents of the pool
   */
  FusionJudge(ClickedQueries queries, Retriever dense, List<CorpusDocument> pool, long seed) {
    this.queries = queries;
    this.dense = dense;
    this.pool = pool;
    this.seed = seed;
  }

  /**
   * The weight for the next generation's pages.
   *
   * @param now the one that the pages had
   * @return the same, or a step more or less where that is better beyond doubt
   */
  double denseWeight(double now) {
    if (queries.isEmpty()) {
      return now;
    }
    double[] weights =
        DoubleStream.of(now, now * STEP, now / STEP)
            .filter(weight -> weight == now || (weight <= MOST && weight >= 1 / MOST))
            .toArray();
    double[][] scores = scores(weights);
    double best = now;
    double most = 0;
    for (int i = 1; i < weights.length; i++) {
      PairedComparison gain = PairedComparison.of(scores[0], scores[i], seed);
      if (gain.interval().low() > 0 && gain.difference() > most) {
        best = weights[i];
        most = gain.difference();
      }
    }
    return best;
  }

  private double[][] scores(double[] weights) {
    try (Bm25Retriever words = new Bm25Retriever(pool)) {
      return queries.discounted(
          asked -> {
            Run near = dense.retrieve(asked, DEPTH);
            Run lexical = words.retrieve(asked, DEPTH);
            return Arrays.stream(weights).mapToObj(weight -> fused(near, weight, lexical)).toList();
          });
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close the index in memory", e);
    }
  }

  private static Run fused(Run dense, double weight, Run lexical) {
    Map<String, Ranking> fused = new LinkedHashMap<>();
    dense
        .rankings()
        .forEach(
            (query, ranking) ->
                fused.put(
                    query,
                    ReciprocalRankFusion.fuse(
                        ranking.ids(), weight, lexical.ranking(query).ids())));
    return new Run(fused);
  }
}
