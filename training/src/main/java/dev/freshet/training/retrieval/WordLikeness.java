package dev.freshet.training.retrieval;

import dev.freshet.training.corpus.CorpusDocument;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.lucene.analysis.Analyzer;

/**
 * Documents are alike that have rare words in common: the cosine of their words, each weighted by
 * {@code (1 + ln tf) · ln(N / df)}. Immutable and thread-safe.
 */
public final class WordLikeness {
  /** By document id. */
  private final Map<String, Words> documents = new HashMap<>();

  /**
   * A document's words.
   *
   * @param numbers of the words, ascending
   * @param weights of each; their squares add up to 1, or to 0 where no word is rare
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Words(int[] numbers, float[] weights) {}

  /**
   * Counts the words of documents.
   *
   * @param counting is told of each before its words are counted, and may throw to stop
   */
  public WordLikeness(List<CorpusDocument> all, Consumer<CorpusDocument> counting) {
    Map<String, Integer> numbers = new HashMap<>();
    Map<String, int[][]> counts = new HashMap<>();
    try (Analyzer analyzer = Bm25.analyzer()) {
      for (CorpusDocument document : all) {
        counting.accept(document);
        counts.put(document.id(), counted(analyzer, document, numbers));
      }
    }
    int[] frequencies = new int[numbers.size()];
    for (int[][] count : counts.values()) {
      for (int number : count[0]) {
        frequencies[number]++;
      }
    }
    counts.forEach((id, count) -> documents.put(id, weighted(count, frequencies, counts.size())));
  }

  /** The numbers of a document's words, ascending, and how often each is in it. */
  private static int[][] counted(
      Analyzer analyzer, CorpusDocument document, Map<String, Integer> numbers) {
    TreeMap<Integer, Integer> byNumber = new TreeMap<>();
    Bm25.words(analyzer, Bm25.contents(document.title(), document.text()))
        .forEach(
            (word, times) ->
                byNumber.put(numbers.computeIfAbsent(word, absent -> numbers.size()), times));
    return new int[][] {
      byNumber.keySet().stream().mapToInt(number -> number).toArray(),
      byNumber.values().stream().mapToInt(times -> times).toArray()
    };
  }

  private static Words weighted(int[][] count, int[] frequencies, int all) {
    int[] numbers = count[0];
    double[] weights = new double[numbers.length];
    double squares = 0;
    for (int i = 0; i < numbers.length; i++) {
      weights[i] = (1 + Math.log(count[1][i])) * Math.log((double) all / frequencies[numbers[i]]);
      squares += weights[i] * weights[i];
    }
    float[] unit = new float[numbers.length];
    for (int i = 0; i < numbers.length && squares > 0; i++) {
      unit[i] = (float) (weights[i] / Math.sqrt(squares));
    }
    return new Words(numbers, unit);
  }

  /**
   * @return 0 for no word in common that is in some documents only, up to 1 for the same words; NaN
   *     where one of them is not known
   */
  public double between(String documentId, String otherId) {
    Words a = documents.get(documentId);
    Words b = documents.get(otherId);
    if (a == null || b == null) {
      return Double.NaN;
    }
    double sum = 0;
    int j = 0;
    for (int i = 0; i < a.numbers.length; i++) {
      while (j < b.numbers.length && b.numbers[j] < a.numbers[i]) {
        j++;
      }
      if (j < b.numbers.length && b.numbers[j] == a.numbers[i]) {
        sum += a.weights[i] * b.weights[j];
      }
    }
    return sum;
  }
}
