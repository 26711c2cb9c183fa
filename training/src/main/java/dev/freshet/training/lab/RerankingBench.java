package dev.freshet.training.lab;

import dev.freshet.model.tuning.Tuning;
import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.evaluation.Qrels;
import dev.freshet.training.retrieval.Reranker;
import dev.freshet.training.retrieval.Run;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.RoundObjective;
import dev.freshet.training.round.ScoringObjective;
import dev.freshet.training.round.ScoringSettings;
import dev.freshet.training.round.TunedCrossEncoder;
import dev.freshet.training.round.TunedModel;
import dev.freshet.training.sampling.Sequences;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A tuned cross-encoder orders anew what a first stage found. Its cost is a forward pass a pair, so
 * that a sample of the test queries is asked.
 */
public final class RerankingBench implements TaskBench {
  /** Documents of a query that are ordered anew, where nobody says otherwise. */
  public static final int DEPTH = 30;

  /** Test queries that are asked, where nobody says otherwise. */
  public static final int MOST_QUERIES = 500;

  private final LabCollection collection;
  private final ScoringSettings settings;
  private final int depth;
  private final Asked heldOut;
  private final Asked test;

  /** Queries with what the first stage found for them. */
  private record Asked(
      CorpusCollection collection, List<CorpusQuery> queries, Run found, Qrels qrels) {
    static Asked sample(CorpusCollection collection, Run found, int most) {
      List<CorpusQuery> queries = LabCollection.sample(collection.queries(), most);
      Set<String> ids = new HashSet<>();
      queries.forEach(query -> ids.add(query.id()));
      return new Asked(
          collection,
          queries,
          found,
          new Qrels(
              collection.judgements().stream().filter(j -> ids.contains(j.queryId())).toList()));
    }
  }

  /**
   * @param collection whose examples have hard negatives of the first stage
   * @param heldOutFound what the first stage found for the held-out queries, in their pool
   * @param testFound what it found for the test queries
   * @param depth documents of a query that are ordered anew
   * @param mostQueries test queries that are asked, at most; of the held-out ones a third of it
   */
  public RerankingBench(
      LabCollection collection,
      ScoringSettings settings,
      Run heldOutFound,
      Run testFound,
      int depth,
      int mostQueries) {
    this.collection = collection;
    this.settings = settings;
    this.depth = depth;
    heldOut = Asked.sample(collection.heldOut(), heldOutFound, Math.max(1, mostQueries / 3));
    test = Asked.sample(collection.test(), testFound, mostQueries);
  }

  @Override
  public Task task() {
    return Task.RERANKING;
  }

  /** The first stage, on the same queries: a cross-encoder has no head before it is trained. */
  @Override
  public Setting.Baseline baseline(Backbone backbone) {
    return new Setting.Baseline(
        FirstStage.NAME, task(), Measures.scores(test.found(), test.qrels()));
  }

  /** The head is trained by every method: a backbone has none for this task. */
  @Override
  public Tuning adapt(Tuning tuning) {
    return tuning.withHead();
  }

  @Override
  public RoundObjective objective(TunedModel model, long seed) {
    return new ScoringObjective(
        model, collection.examples(), collection.relevance(), settings, seed);
  }

  @Override
  public List<int[]> watched(Sequences sequences) {
    return List.of();
  }

  @Override
  public double validate(TunedModel model) {
    return Measures.primary(rerank(model, heldOut), heldOut.qrels());
  }

  @Override
  public Scores test(TunedModel model) {
    return Measures.scores(rerank(model, test), test.qrels());
  }

  private Run rerank(TunedModel model, Asked asked) {
    return new Reranker(new TunedCrossEncoder(model), asked.collection().documents())
        .rerank(asked.queries(), asked.found(), depth);
  }
}
