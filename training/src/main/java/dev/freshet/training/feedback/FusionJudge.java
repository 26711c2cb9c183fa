package dev.freshet.training.feedback;

import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.evaluation.PairedComparison;
import dev.freshet.training.retrieval.Bm25Retriever;
import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.retrieval.ReciprocalRankFusion;
import dev.freshet.training.retrieval.Retriever;
import dev.freshet.training.retrieval.Run;
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
 * Hence one step a round, only where the clicks leave no doubt, and never so far that a list is not
 * seen any more. Used by one thread, as {@link Judges} are.
 */
final class FusionJudge implements AutoCloseable {
  /** By which a weight grows or shrinks in a round. */
  private static final double STEP = 2;

  /**
   * The first document that only one list has scores {@code 1 / (K + 1)}: with this weight six of
   * the other list stand before it, so it is on a page of ten. With twice as much it would be on
   * none, and nobody could click it.
   */
  private static final double MOST = 2;

  private final Retriever dense;
  private final Bm25Retriever words;
  private final long seed;

  /**
   * @param dense finds documents of the pool
   */
  FusionJudge(Retriever dense, List<CorpusDocument> pool, long seed) {
    this.dense = dense;
    this.words = new Bm25Retriever(pool);
    this.seed = seed;
  }

  /**
   * The weight for the next generation's pages.
   *
   * @param queries with clicks on pages that had the weight of now
   * @param least of them that it takes
   * @return the same, or a step more or less where that is better beyond doubt
   */
  double denseWeight(ClickedQueries queries, double now, int least) {
    if (queries.size() < Math.max(1, least)) {
      return now;
    }
    double[] weights =
        DoubleStream.of(now, now * STEP, now / STEP)
            .filter(weight -> weight == now || (weight <= MOST && weight >= 1 / MOST))
            .toArray();
    double[][] scores = queries.discounted(asked -> pages(asked, weights));
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

  /** What would be shown with a weight. */
  Run pages(List<CorpusQuery> queries, double denseWeight) {
    return pages(queries, new double[] {denseWeight}).get(0);
  }

  private List<Run> pages(List<CorpusQuery> queries, double[] denseWeights) {
    Cancellation.check();
    Run near = dense.retrieve(queries, ReciprocalRankFusion.DEPTH);
    Run lexical = words.retrieve(queries, ReciprocalRankFusion.DEPTH);
    return Arrays.stream(denseWeights).mapToObj(weight -> fused(near, weight, lexical)).toList();
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

  @Override
  public void close() {
    words.close();
  }
}
