package dev.freshet.training.retrieval;

import dev.freshet.training.corpus.CorpusQuery;
import java.util.List;

/** Finds documents for queries. */
public interface Retriever {

  /**
   * All queries at once, because encoders work in batches.
   *
   * @param depth most documents of a query, at least 1; where the last ones have equal scores,
   *     those are kept that come first in the order of {@link Ranking}
   * @return a ranking for each query
   */
  Run retrieve(List<CorpusQuery> queries, int depth);
}
