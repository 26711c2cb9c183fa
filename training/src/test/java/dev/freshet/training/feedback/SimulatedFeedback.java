package dev.freshet.training.feedback;

import dev.freshet.model.tuning.IaaL;
import dev.freshet.model.tuning.Tuning;
import dev.freshet.training.click.Attractiveness;
import dev.freshet.training.click.ClickModel;
import dev.freshet.training.click.ClickSimulation;
import dev.freshet.training.click.Estimator;
import dev.freshet.training.click.ExaminationCurve;
import dev.freshet.training.click.Impression;
import dev.freshet.training.click.PagePolicy;
import dev.freshet.training.click.Population;
import dev.freshet.training.click.PositionBasedModel;
import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.evaluation.Ndcg;
import dev.freshet.training.evaluation.Qrels;
import dev.freshet.training.evaluation.RunScores;
import dev.freshet.training.retrieval.DenseRetriever;
import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.retrieval.ReciprocalRankFusion;
import dev.freshet.training.retrieval.Run;
import dev.freshet.training.retrieval.ScoredDocument;
import dev.freshet.training.round.RetrievalSettings;
import dev.freshet.training.round.TinyWorld;
import dev.freshet.training.round.TunedBiEncoder;
import dev.freshet.training.round.TunedModel;
import dev.freshet.training.round.TuningPlan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;

/** Users of a tiny world, whose every query has one answer, second on its page. */
final class SimulatedFeedback {
  static final int SIZE = 32;
  static final int PAGE = 4;
  static final CorpusCollection WORLD = TinyWorld.collection(SIZE);
  static final Tuning TUNING = Tuning.of(new IaaL(4, 8)).withDeviation(0.25);

  static final ExaminationCurve EXAMINATION = ExaminationCurve.power(PAGE, 1);
  static final Attractiveness LIKES = new Attractiveness(List.of(0.05, 0.9));

  /** Click by place and by what answers, and now and then on what does not. */
  static final ClickModel HONEST = new PositionBasedModel(EXAMINATION, LIKES);

  private static final Qrels TRUTH = new Qrels(WORLD.judgements());
  private static final int CLIENTS = 20;
  private static final Ndcg NDCG = new Ndcg(10);

  private SimulatedFeedback() {}

  static FeedbackSettings settings(Estimator estimator, int steps) {
    return new FeedbackSettings(
        estimator,
        new RetrievalSettings(16, 0.1, 0, false),
        new TuningPlan(steps, 1, 2e-2, 0.1, 0.01, 0, 0),
        0.25,
        10,
        SIZE,
        new FeedbackSettings.Fusion(1, ReciprocalRankFusion.EQUAL),
        1);
  }

  /** The answer second, and its neighbours around it. */
  static List<String> page(int query) {
    List<String> documents = new ArrayList<>();
    for (int place = 0; place < PAGE; place++) {
      documents.add("d" + Math.floorMod(query + place - 1, SIZE));
    }
    return documents;
  }

  /**
   * Queries of a range, all asked in turn.
   *
   * @param pages what is shown for a query, by its number
   * @param sessions how often each is asked
   */
  static Interactions interactions(
      Population users,
      int from,
      int to,
      IntFunction<List<String>> pages,
      int sessions,
      long seed) {
    Map<String, Ranking> rankings = new LinkedHashMap<>();
    for (int query = from; query < to; query++) {
      List<ScoredDocument> documents = new ArrayList<>();
      for (String id : pages.apply(query)) {
        documents.add(new ScoredDocument(id, -documents.size()));
      }
      rankings.put("q" + query, Ranking.of(documents));
    }
    Map<String, CorpusQuery> queries = new HashMap<>();
    WORLD.queries().forEach(query -> queries.put(query.id(), query));
    Map<String, Integer> asked = new HashMap<>();
    List<Interaction> all = new ArrayList<>();
    for (Impression impression :
        new ClickSimulation(users, new PagePolicy.SwapTwo(0.2), PAGE, sessions, CLIENTS, 1, seed)
            .run(new Run(rankings), TRUTH)
            .impressions()) {
      String query = impression.page().queryId();
      int session = asked.merge(query, 1, Integer::sum);
      all.add(
          new Interaction(
              Objects.requireNonNull(queries.get(query)),
              impression,
              1,
              Instant.ofEpochSecond(session)));
    }
    return new Interactions(all);
  }

  /** Dense nDCG@10 on the queries of a range, among all documents. */
  static double quality(TunedModel model, int from, int to) {
    Qrels truth = new Qrels(WORLD.judgements().subList(from, to));
    Run run = run(model, WORLD.queries().subList(from, to));
    return new RunScores(run, truth, List.of(NDCG)).mean(NDCG);
  }

  /** All documents in the model's order for each query. */
  static Run run(TunedModel model, List<CorpusQuery> queries) {
    return DenseRetriever.index(WORLD.documents(), new TunedBiEncoder(model), document -> {})
        .retrieve(queries, SIZE);
  }
}
