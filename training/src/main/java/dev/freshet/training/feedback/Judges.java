package dev.freshet.training.feedback;

import dev.freshet.model.encoder.EncodingException;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.evaluation.Metric;
import dev.freshet.training.evaluation.Ndcg;
import dev.freshet.training.evaluation.PairedComparison;
import dev.freshet.training.evaluation.Qrels;
import dev.freshet.training.evaluation.RunScores;
import dev.freshet.training.retrieval.DenseRetriever;
import dev.freshet.training.retrieval.Run;
import dev.freshet.training.round.TunedBiEncoder;
import dev.freshet.training.round.TunedModel;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hold new modules against those that are served, in a pool of documents that both encode. Used by
 * one thread; whatever takes long throws a {@link java.util.concurrent.CancellationException} when
 * it was interrupted.
 */
final class Judges {
  private static final int DEPTH = 10;

  private static final Metric NDCG = new Ndcg(DEPTH);

  private final TunedBiEncoder served;
  private final TunedBiEncoder candidate;
  private final DenseRetriever before;
  private final DenseRetriever after;
  private final List<CorpusDocument> pool;
  private final long seed;

  private Judges(
      TunedBiEncoder served,
      TunedBiEncoder candidate,
      DenseRetriever before,
      DenseRetriever after,
      List<CorpusDocument> pool,
      long seed) {
    this.served = served;
    this.candidate = candidate;
    this.before = before;
    this.after = after;
    this.pool = pool;
    this.seed = seed;
  }

  /**
   * Encodes the pool with both.
   *
   * @param served what the candidate must not fall behind
   * @throws EncodingException when one yields a vector that is not finite
   */
  static Judges convene(
      TunedModel served, TunedModel candidate, List<CorpusDocument> pool, long seed) {
    TunedBiEncoder old = new TunedBiEncoder(served);
    TunedBiEncoder now = new TunedBiEncoder(candidate);
    return new Judges(
        old,
        now,
        DenseRetriever.index(pool, old, document -> Cancellation.check()),
        DenseRetriever.index(pool, now, document -> Cancellation.check()),
        pool,
        seed);
  }

  /**
   * By what people clicked ({@link ClickJudgements}).
   *
   * @param fresh after everything that was learned from
   * @param untaught for queries that are not taught; may be empty
   * @param earlier what judged earlier rounds; may be empty
   * @param least queries that it takes to judge, of those on fresh and on earlier clicks
   */
  Verdict onClicks(Clicked fresh, Clicked untaught, Clicked earlier, int least) {
    return new ClickJudgements(
            compared(fresh, least, PairedComparison.CONFIDENCE),
            compared(untaught, Math.max(least, UntaughtQueries.LEAST), UntaughtQueries.CONFIDENCE),
            compared(earlier, least, PairedComparison.CONFIDENCE))
        .verdict(fresh.gains().queries().size(), least);
  }

  private @Nullable ServedComparison compared(Clicked clicked, int least, double confidence) {
    if (clicked.gains().queries().size() < least) {
      return null;
    }
    double[][] scores =
        queries(clicked)
            .discounted(
                asked ->
                    List.of(
                        retrieve(before, asked, pool.size()), retrieve(after, asked, pool.size())));
    return ServedComparison.of("discounted gain", scores[0], scores[1], confidence, seed);
  }

  private static Run retrieve(DenseRetriever system, List<CorpusQuery> queries, int depth) {
    Cancellation.check();
    return system.retrieve(queries, depth);
  }

  /**
   * How much the candidate's list should count on hybrid pages.
   *
   * @param clicked on pages that were put together as the settings say
   * @param golden must not fall for it; null where there is none
   */
  double denseWeight(Clicked clicked, FeedbackSettings settings, @Nullable GoldenSet golden) {
    try (FusionJudge judge = new FusionJudge(after, pool, seed)) {
      double now = settings.fusion().denseWeight();
      double next = judge.denseWeight(queries(clicked), now, settings.leastJudged());
      return golden == null || golden(judge, next, golden) >= golden(judge, now, golden)
          ? next
          : now;
    }
  }

  private static double golden(FusionJudge judge, double denseWeight, GoldenSet golden) {
    Run run = judge.pages(golden.queries(), denseWeight);
    return new RunScores(run, golden.qrels(), List.of(NDCG)).mean(NDCG);
  }

  private ClickedQueries queries(Clicked clicked) {
    return new ClickedQueries(clicked.gains(), clicked.interactions(), pool, seed);
  }

  /** By judgements that people made with care: the candidate must not fall behind at all. */
  Verdict onGolden(GoldenSet golden) {
    List<CorpusQuery> queries = golden.queries();
    Qrels qrels = golden.qrels();
    double[] old = perQuery(retrieve(before, queries, DEPTH), qrels);
    double[] now = perQuery(retrieve(after, queries, DEPTH), qrels);
    ServedComparison judged =
        ServedComparison.of(NDCG.label(), old, now, PairedComparison.CONFIDENCE, seed);
    Map<String, Double> metrics = judged.metrics("golden");
    return judged.comparison().difference() < 0
        ? Verdict.rejected(judged.said("the golden queries fall"), metrics)
        : Verdict.accepted(metrics);
  }

  private static double[] perQuery(Run run, Qrels qrels) {
    return new RunScores(run, qrels, List.of(NDCG)).perQuery(NDCG);
  }

  /** By how its vectors lie: documents or queries must not look all alike that did not before. */
  Verdict onSanity(List<CorpusQuery> queries) {
    return Canary.judge(served, candidate, pool, queries);
  }
}
