package dev.freshet.training.feedback;

import dev.freshet.training.click.Likeness;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.retrieval.Bm25;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;

/**
 * Documents are alike that have rare words in common: the cosine of their words, each weighted by
 * {@code (1 + ln tf) · ln(N / df)}. Immutable and thread-safe.
 */
final class WordLikeness implements Likeness {
  /** By document id, then by word; the squares of a document's weights add up to 1. */
  private final Map<String, Map<String, Double>> weights = new HashMap<>();

  WordLikeness(List<CorpusDocument> documents) {
    List<Map<String, Integer>> counts = new ArrayList<>();
    Map<String, Integer> frequencies = new HashMap<>();
    try (Analyzer analyzer = Bm25.analyzer()) {
      for (CorpusDocument document : documents) {
        Map<String, Integer> count =
            Bm25.words(analyzer, Bm25.contents(document.title(), document.text()));
        count.keySet().forEach(word -> frequencies.merge(word, 1, Integer::sum));
        counts.add(count);
      }
    }
    Map<String, Double> rarity = new HashMap<>();
    frequencies.forEach(
        (word, frequency) -> rarity.put(word, Math.log((double) documents.size() / frequency)));
    for (int i = 0; i < counts.size(); i++) {
      weights.put(documents.get(i).id(), weighted(counts.get(i), rarity));
    }
  }

  private static Map<String, Double> weighted(
      Map<String, Integer> count, Map<String, Double> rarity) {
    Map<String, Double> weighted = new HashMap<>();
    count.forEach(
        (word, times) ->
            weighted.put(word, (1 + Math.log(times)) * rarity.getOrDefault(word, 0.0)));
    double norm = Math.sqrt(weighted.values().stream().mapToDouble(w -> w * w).sum());
    weighted.replaceAll((word, weight) -> norm == 0 ? 0 : weight / norm);
    return weighted;
  }

  @Override
  public double between(String documentId, String otherId) {
    Map<String, Double> a = weights.getOrDefault(documentId, Map.of());
    Map<String, Double> b = weights.getOrDefault(otherId, Map.of());
    double sum = 0;
    for (Map.Entry<String, Double> word : a.entrySet()) {
      sum += word.getValue() * b.getOrDefault(word.getKey(), 0.0);
    }
    return sum;
  }
}
