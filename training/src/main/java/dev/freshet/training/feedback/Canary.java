package dev.freshet.training.feedback;

import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.retrieval.BiEncoder;
import java.util.ArrayList;
import java.util.List;

/** Whether vectors are sane, without asking whether they are good. */
final class Canary {
  /** A model that tells documents apart stays far below. */
  static final double MOST_ALIKE = 0.995;

  private static final int DOCUMENTS = 64;

  private Canary() {}

  /**
   * Mean cosine of two different documents.
   *
   * @param encoder to unit vectors
   * @return -1 to 1; 0 for fewer than two documents
   * @throws dev.freshet.model.encoder.EncodingException when a vector is not finite
   */
  static double likeness(BiEncoder encoder, List<CorpusDocument> documents) {
    List<CorpusDocument> some = documents.subList(0, Math.min(DOCUMENTS, documents.size()));
    List<float[]> vectors = new ArrayList<>();
    encoder.encodeDocuments(some, (document, passages) -> vectors.add(passages[0]));
    double sum = 0;
    int pairs = 0;
    for (int i = 0; i < vectors.size(); i++) {
      for (int j = 0; j < i; j++) {
        sum += innerProduct(vectors.get(i), vectors.get(j));
        pairs++;
      }
    }
    return pairs == 0 ? 0 : sum / pairs;
  }

  private static double innerProduct(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
