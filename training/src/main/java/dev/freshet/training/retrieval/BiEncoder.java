package dev.freshet.training.retrieval;

import dev.freshet.training.corpus.CorpusDocument;
import java.util.List;

/**
 * Texts to vectors, queries and documents each for themselves: what {@link DenseRetriever} needs of
 * a model, whether it is loaded for serving or being trained. Relevance is the inner product.
 *
 * <p>Called by one thread at a time.
 */
public interface BiEncoder {

  /** Length of every vector. */
  int dimensions();

  /**
   * @param queries texts, none blank
   * @return a vector {@code [dimensions]} for each, in the same order
   */
  float[][] encodeQueries(List<String> queries);

  /** Takes every document once, in any order; returns when all have been taken. */
  void encodeDocuments(List<CorpusDocument> documents, PassageConsumer consumer);

  /** Takes the vectors of a document. Called on the thread that asked for them. */
  @FunctionalInterface
  interface PassageConsumer {
    /**
     * @param document its index in the list that is being encoded
     * @param passages {@code [passages, dimensions]}, at least one
     */
    void accept(int document, float[][] passages);
  }
}
