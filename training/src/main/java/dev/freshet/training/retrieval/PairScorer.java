package dev.freshet.training.retrieval;

import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import java.util.List;

/** Says how well documents answer a query, looking at both at once, as a cross-encoder does. */
@FunctionalInterface
public interface PairScorer {

  /**
   * @return a score for each document, in the same order; the higher the better
   */
  float[] score(CorpusQuery query, List<CorpusDocument> documents);
}
