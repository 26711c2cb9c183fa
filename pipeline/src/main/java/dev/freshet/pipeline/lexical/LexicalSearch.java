package dev.freshet.pipeline.lexical;

import dev.freshet.pipeline.event.Document;
import dev.freshet.training.retrieval.Bm25;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TermStates;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.TermStatistics;
import org.apache.lucene.search.similarities.Similarity;
import org.apache.lucene.util.SmallFloat;
import org.jspecify.annotations.Nullable;

/**
 * One query against the index as it was when the search began. One per thread; close it, or the
 * files of that moment stay.
 *
 * <p>Every method throws {@link LexicalIndexException} when the index cannot be read.
 */
public final class LexicalSearch implements AutoCloseable {
  private static final Comparator<LexicalHit> BEST_FIRST =
      Comparator.comparingDouble((LexicalHit hit) -> -hit.score()).thenComparing(LexicalHit::id);

  /** What a word of the query adds to the score of a text. */
  private record Word(String text, Similarity.SimScorer weight) {}

  private final SearcherManager searchers;
  private final IndexSearcher searcher;
  private final Analyzer analyzer;
  private final Map<String, Integer> words;
  private @Nullable List<Word> weights;

  /**
   * @param searcher taken from the manager, given back when this is closed
   * @param words of the query, with their counts
   */
  LexicalSearch(
      SearcherManager searchers,
      IndexSearcher searcher,
      Analyzer analyzer,
      Map<String, Integer> words) {
    this.searchers = searchers;
    this.searcher = searcher;
    this.analyzer = analyzer;
    this.words = words;
  }

  /**
   * The documents with the highest scores, best first, equal scores by id; which of the equal ones
   * at the end is Lucene's choice.
   *
   * @param n most documents, at least 1
   * @param accept ids that may be in the answer, asked about documents that hold a word of the
   *     query; null for all
   */
  public List<LexicalHit> best(int n, @Nullable Predicate<String> accept) {
    if (words.isEmpty()) {
      return List.of();
    }
    Query any = Bm25.anyOf(words);
    Query query =
        accept == null
            ? any
            : new BooleanQuery.Builder()
                .add(any, BooleanClause.Occur.MUST)
                .add(new AcceptedIds(accept), BooleanClause.Occur.FILTER)
                .build();
    try {
      List<LexicalHit> hits = hits(searcher.search(query, n).scoreDocs);
      hits.sort(BEST_FIRST);
      return hits;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** By segment, and in each by Lucene's number, as its values are read. */
  private List<LexicalHit> hits(ScoreDoc[] found) throws IOException {
    Arrays.sort(found, Comparator.comparingInt(document -> document.doc));
    List<LexicalHit> hits = new ArrayList<>(found.length);
    int next = 0;
    for (LeafReaderContext segment : searcher.getIndexReader().leaves()) {
      int end = segment.docBase + segment.reader().maxDoc();
      if (next < found.length && found[next].doc < end) {
        IndexedDocument.Values values = new IndexedDocument.Values(segment.reader());
        for (; next < found.length && found[next].doc < end; next++) {
          hits.add(values.hit(found[next].doc - segment.docBase, found[next].score));
        }
      }
    }
    return hits;
  }

  /**
   * The score that a document would have in this index, which may hold another version of it: how
   * rare words are, and how long documents, is taken from the index.
   *
   * @return 0 when it holds no word of the query
   */
  public float score(Document document) {
    return score(Bm25.contents(document.title(), document.text()));
  }

  /** The score that a text would have as the whole contents of a document. */
  public float score(String text) {
    Map<String, Integer> counts = Bm25.words(analyzer, text);
    int length = counts.values().stream().mapToInt(Integer::intValue).sum();
    long norm = SmallFloat.intToByte4(length);
    double score = 0;
    for (Word word : weights()) {
      Integer count = counts.get(word.text());
      score += count == null ? 0 : word.weight().score(count, norm);
    }
    return (float) score;
  }

  private List<Word> weights() {
    List<Word> known = weights;
    if (known == null) {
      known = new ArrayList<>(words.size());
      try {
        CollectionStatistics documents = searcher.collectionStatistics(Bm25.CONTENTS);
        for (Map.Entry<String, Integer> word : words.entrySet()) {
          if (documents != null) {
            Similarity.SimScorer weight =
                searcher
                    .getSimilarity()
                    .scorer(word.getValue(), documents, statistics(word.getKey()));
            known.add(new Word(word.getKey(), weight));
          }
        }
      } catch (IOException e) {
        throw unreadable(e);
      }
      weights = known;
    }
    return known;
  }

  private TermStatistics statistics(String word) throws IOException {
    Term term = new Term(Bm25.CONTENTS, word);
    TermStates there = TermStates.build(searcher, term, true);
    return there.docFreq() > 0
        ? searcher.termStatistics(term, there.docFreq(), there.totalTermFreq())
        // A word that only the newer version of a document has: rare as can be.
        : new TermStatistics(term.bytes(), 1, 1);
  }

  private static LexicalIndexException unreadable(IOException e) {
    return new LexicalIndexException(
        "The lexical index cannot be read (%s). Restart the node: what is damaged is made anew from the store."
            .formatted(e),
        e);
  }

  @Override
  public void close() {
    try {
      searchers.release(searcher);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }
}
