package dev.freshet.pipeline.demo;

import dev.freshet.pipeline.event.SearchMode;
import dev.freshet.pipeline.search.Hit;
import dev.freshet.pipeline.search.SearchRequest;
import dev.freshet.pipeline.search.Searcher;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.corpus.QueryRegister;
import dev.freshet.training.evaluation.Ndcg;
import dev.freshet.training.evaluation.RunScores;
import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.retrieval.Run;
import dev.freshet.training.retrieval.ScoredDocument;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * nDCG@10 on the held-out queries.
 *
 * @param dense of the vectors alone
 * @param everyday of the vectors alone, on queries in everyday speech; NaN where there are none
 * @param hybrid of what people are shown
 * @param lexical of BM25 alone
 */
record Quality(double dense, double everyday, double hybrid, double lexical) {
  private static final int DEPTH = 10;
  private static final Ndcg NDCG = new Ndcg(DEPTH);

  /** Asks a generation, without anybody learning from it. */
  static Quality measure(Searcher searcher, DemoCollection collection, int generation) {
    RunScores dense = scores(searcher, collection, generation, SearchMode.DENSE);
    return new Quality(
        dense.mean(NDCG),
        everyday(dense, collection),
        scores(searcher, collection, generation, SearchMode.HYBRID).mean(NDCG),
        scores(searcher, collection, generation, SearchMode.LEXICAL).mean(NDCG));
  }

  private static RunScores scores(
      Searcher searcher, DemoCollection collection, int generation, SearchMode mode) {
    Map<String, Ranking> rankings = new LinkedHashMap<>();
    for (CorpusQuery query : collection.heldOut()) {
      List<ScoredDocument> found = new ArrayList<>();
      for (Hit hit :
          searcher.search(new SearchRequest(query.text(), DEPTH, mode, null, generation)).hits()) {
        found.add(new ScoredDocument(hit.id(), -found.size())); // as shown, also where scores tie
      }
      rankings.put(query.id(), Ranking.of(found));
    }
    return scores(new Run(rankings), collection);
  }

  /** Of any run of the held-out queries. */
  static RunScores scores(Run run, DemoCollection collection) {
    return new RunScores(run, collection.heldOutTruth(), List.of(NDCG));
  }

  /** The mean over all queries. */
  static double mean(RunScores scores) {
    return scores.mean(NDCG);
  }

  /** The mean over those in everyday speech; NaN where there are none. */
  static double everyday(RunScores scores, DemoCollection collection) {
    Map<String, QueryRegister> registers = new HashMap<>();
    for (CorpusQuery query : collection.heldOut()) {
      if (query.register() != null) {
        registers.put(query.id(), query.register());
      }
    }
    return registers.containsValue(QueryRegister.EVERYDAY)
        ? scores.mean(NDCG, id -> registers.get(id) == QueryRegister.EVERYDAY)
        : Double.NaN;
  }
}
