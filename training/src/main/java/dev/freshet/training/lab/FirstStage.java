package dev.freshet.training.lab;

import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.evaluation.Qrels;
import dev.freshet.training.retrieval.Bm25Retriever;
import dev.freshet.training.retrieval.Run;
import java.util.List;

/**
 * What BM25 finds for all queries of a divided collection: the pages that a cross-encoder orders
 * anew, the hard negatives of re-ranking and of clicks, and the system that tuning has to beat.
 *
 * @param train for the examples' queries, in all documents
 * @param heldOut for the held-out queries, in their pool
 * @param test for the test queries, in all documents
 */
public record FirstStage(Run train, Run heldOut, Run test) {
  /** As reports have it. */
  public static final String NAME = "bm25";

  /** Documents that are found for a query, at most. */
  public static final int DEPTH = Measures.DEPTH;

  public static FirstStage bm25(LabCollection collection) {
    CorpusCollection heldOut = collection.heldOut();
    return new FirstStage(
        retrieve(collection.documents(), collection.trainQueries()),
        retrieve(heldOut.documents(), heldOut.queries()),
        retrieve(collection.documents(), collection.test().queries()));
  }

  private static Run retrieve(List<CorpusDocument> documents, List<CorpusQuery> queries) {
    try (Bm25Retriever retriever = new Bm25Retriever(documents)) {
      return retriever.retrieve(queries, DEPTH);
    }
  }

  /** How good it is on the test queries. */
  public Setting.Baseline baseline(LabCollection collection) {
    Qrels qrels = new Qrels(collection.test().judgements());
    return new Setting.Baseline(NAME, Task.RETRIEVAL, Measures.scores(test, qrels));
  }
}
