package dev.freshet.training.retrieval;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity;

/**
 * What is meant by BM25 here, offline and in a serve node: Okapi BM25 by Lucene over title and text
 * as one field, with the settings that Anserini made the usual ones for passages, {@code k1 = 0.9}
 * and {@code b = 0.4}; English stop words are left out and words stemmed by Porter's algorithm, as
 * there.
 *
 * <p>Source: Robertson and Zaragoza, <i>The Probabilistic Relevance Framework</i>, 2009; Yang, Fang
 * and Lin, <i>Anserini: reproducible ranking baselines using Lucene</i>, JDIQ 2018. Lucene leaves
 * out the factor {@code k1 + 1}, which changes no ranking.
 */
public final class Bm25 {
  /** The one field that is searched. */
  public static final String CONTENTS = "contents";

  private static final float K1 = 0.9f;
  private static final float B = 0.4f;
  private static final FieldType TYPE = type();

  /**
   * Kept, or the level would be forgotten: Lucene warns that it cannot use the SIMD module of Java
   * 17, which is there for others.
   */
  private static final Logger LUCENE_SIMD =
      Logger.getLogger("org.apache.lucene.internal.vectorization.VectorizationProvider");

  static {
    LUCENE_SIMD.setLevel(Level.SEVERE);
  }

  private Bm25() {}

  /** Counts of words and lengths, and nothing else: no phrases are asked for. */
  private static FieldType type() {
    FieldType type = new FieldType();
    type.setTokenized(true);
    type.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
    type.freeze();
    return type;
  }

  /** The scores, for writing and for searching. Thread-safe. */
  public static Similarity similarity() {
    return new BM25Similarity(K1, B);
  }

  /** What makes words of texts. Thread-safe; the caller closes it. */
  public static Analyzer analyzer() {
    return new EnglishAnalyzer();
  }

  /** What of a document is searched, as one text. */
  public static String contents(String title, String text) {
    return title + "\n" + text;
  }

  /** The field of a document. */
  public static Field field(String title, String text) {
    return new Field(CONTENTS, contents(title, text), TYPE);
  }

  /**
   * How often each word of a query is in it, in the order of the first. Of more than 1,024
   * different ones, which are all that Lucene takes, the first 1,024 count.
   */
  public static Map<String, Integer> queryWords(Analyzer analyzer, String query) {
    Map<String, Integer> words = words(analyzer, query);
    words
        .keySet()
        .removeAll(words.keySet().stream().skip(IndexSearcher.getMaxClauseCount()).toList());
    return words;
  }

  /** How often each word is in a text, in the order of the first. */
  public static Map<String, Integer> words(Analyzer analyzer, String text) {
    Map<String, Integer> words = new LinkedHashMap<>();
    try (TokenStream tokens = analyzer.tokenStream(CONTENTS, text)) {
      CharTermAttribute word = tokens.addAttribute(CharTermAttribute.class);
      tokens.reset();
      while (tokens.incrementToken()) {
        words.merge(word.toString(), 1, Integer::sum);
      }
      tokens.end();
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory cannot fail", e);
    }
    return words;
  }

  /**
   * Whatever holds any of the words; one that comes twice in the query counts twice.
   *
   * @param words as {@link #queryWords} has them
   */
  public static Query anyOf(Map<String, Integer> words) {
    BooleanQuery.Builder any = new BooleanQuery.Builder();
    words.forEach(
        (word, count) ->
            any.add(
                new BoostQuery(new TermQuery(new Term(CONTENTS, word)), count),
                BooleanClause.Occur.SHOULD));
    return any.build();
  }
}
