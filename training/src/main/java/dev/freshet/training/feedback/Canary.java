package dev.freshet.training.feedback;

import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.retrieval.BiEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Whether vectors are sane, without asking whether they are good: what did not look all alike
 * before must not do so now. Documents and queries are looked at each for themselves, since a round
 * may change one side alone.
 */
final class Canary {
  /** A model that tells texts apart stays far below. */
  static final double MOST_ALIKE = 0.995;

  private static final int TEXTS = 64;

  private Canary() {}

  /**
   * @param served what new modules are held against
   * @throws dev.freshet.model.encoder.EncodingException when a vector is not finite
   */
  static Verdict judge(
      BiEncoder served,
      BiEncoder candidate,
      List<CorpusDocument> documents,
      List<CorpusQuery> queries) {
    List<CorpusDocument> shown = some(documents);
    List<String> asked = some(queries).stream().map(CorpusQuery::text).toList();
    return judge("documents", encoder -> documents(encoder, shown), served, candidate)
        .and(judge("queries", encoder -> List.of(encoder.encodeQueries(asked)), served, candidate));
  }

  private static <T> List<T> some(List<T> texts) {
    return texts.subList(0, Math.min(TEXTS, texts.size()));
  }

  private static List<float[]> documents(BiEncoder encoder, List<CorpusDocument> documents) {
    List<float[]> vectors = new ArrayList<>();
    encoder.encodeDocuments(documents, (document, passages) -> vectors.add(passages[0]));
    return vectors;
  }

  private static Verdict judge(
      String what,
      Function<BiEncoder, List<float[]>> vectors,
      BiEncoder served,
      BiEncoder candidate) {
    double likeness = likeness(vectors.apply(candidate));
    Map<String, Double> metrics = Map.of("canary mean cosine of " + what, likeness);
    return likeness > MOST_ALIKE && likeness > likeness(vectors.apply(served))
        ? Verdict.rejected(
            String.format(
                Locale.ROOT,
                "canary %s look alike: their mean cosine is %.3f, at most %.3f is sane",
                what,
                likeness,
                MOST_ALIKE),
            metrics)
        : Verdict.accepted(metrics);
  }

  /**
   * Mean cosine of two different ones of these unit vectors.
   *
   * @return -1 to 1; 0 for fewer than two
   */
  private static double likeness(List<float[]> vectors) {
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
