package dev.freshet.training.retrieval;

import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;

/**
 * The lexical baseline: Okapi BM25 by Lucene over title and text as one field, with the settings
 * that Anserini made the usual ones for passages, {@code k1 = 0.9} and {@code b = 0.4}; English
 * stop words are left out and words stemmed by Porter's algorithm, as there. The index is in
 * memory.
 *
 * <p>Source: Robertson and Zaragoza, <i>The Probabilistic Relevance Framework</i>, 2009; Yang, Fang
 * and Lin, <i>Anserini: reproducible ranking baselines using Lucene</i>, JDIQ 2018. Lucene leaves
 * out the factor {@code k1 + 1}, which changes no ranking.
 *
 * <p>Thread-safe. A query of more than 1,024 different words is refused by Lucene ({@link
 * IndexSearcher.TooManyClauses}).
 */
public final class Bm25Retriever implements Retriever, Closeable {
  private static final float K1 = 0.9f;
  private static final float B = 0.4f;

  /** Large, so that what is never merged is in few pieces. */
  private static final double BUFFER_MEBIBYTES = 256;

  private static final String CONTENTS = "contents";

  /**
   * Kept, or the level would be forgotten: Lucene warns that it cannot use the SIMD module of Java
   * 17, which is there for others.
   */
  private static final Logger LUCENE_SIMD =
      Logger.getLogger("org.apache.lucene.internal.vectorization.VectorizationProvider");

  static {
    LUCENE_SIMD.setLevel(Level.SEVERE);
  }

  /** By Lucene's document number. */
  private final String[] ids;

  private final Directory directory;
  private final DirectoryReader reader;
  private final IndexSearcher searcher;
  private final Analyzer analyzer = new EnglishAnalyzer();

  /** Indexes the documents. */
  public Bm25Retriever(List<CorpusDocument> documents) {
    BM25Similarity similarity = new BM25Similarity(K1, B);
    List<CorpusDocument> ordered = inOrderOfTies(documents);
    ids = ordered.stream().map(CorpusDocument::id).toArray(String[]::new);
    try {
      directory = new ByteBuffersDirectory();
      // Lucene numbers documents as they come when one thread writes and nothing is merged, and
      // orders equal scores by these numbers: so they come in the order of ties.
      IndexWriterConfig config =
          new IndexWriterConfig(analyzer)
              .setSimilarity(similarity)
              .setMergePolicy(NoMergePolicy.INSTANCE)
              .setRAMBufferSizeMB(BUFFER_MEBIBYTES);
      try (IndexWriter writer = new IndexWriter(directory, config)) {
        for (CorpusDocument document : ordered) {
          writer.addDocument(contents(document));
        }
      }
      reader = DirectoryReader.open(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot index the documents", e);
    }
    searcher = new IndexSearcher(reader);
    searcher.setSimilarity(similarity);
  }

  private static List<CorpusDocument> inOrderOfTies(List<CorpusDocument> documents) {
    return documents.stream()
        .sorted(Comparator.comparing(CorpusDocument::id, Ranking.TIES))
        .toList();
  }

  private static Document contents(CorpusDocument document) {
    Document contents = new Document();
    contents.add(
        new TextField(CONTENTS, document.title() + "\n" + document.text(), Field.Store.NO));
    return contents;
  }

  @Override
  public Run retrieve(List<CorpusQuery> queries, int depth) {
    List<Ranking> rankings = queries.parallelStream().map(query -> search(query, depth)).toList();
    Map<String, Ranking> byQuery = new LinkedHashMap<>();
    for (int i = 0; i < rankings.size(); i++) {
      byQuery.put(queries.get(i).id(), rankings.get(i));
    }
    return new Run(byQuery);
  }

  private Ranking search(CorpusQuery query, int depth) {
    try {
      List<ScoredDocument> found = new ArrayList<>();
      for (ScoreDoc hit : searcher.search(anyWordOf(query.text()), depth).scoreDocs) {
        found.add(new ScoredDocument(ids[hit.doc], hit.score));
      }
      return Ranking.of(found);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot search for " + query.id(), e);
    }
  }

  /** A word that comes twice counts twice. */
  private Query anyWordOf(String text) throws IOException {
    Map<String, Integer> words = new LinkedHashMap<>();
    try (TokenStream tokens = analyzer.tokenStream(CONTENTS, text)) {
      CharTermAttribute word = tokens.addAttribute(CharTermAttribute.class);
      tokens.reset();
      while (tokens.incrementToken()) {
        words.merge(word.toString(), 1, Integer::sum);
      }
      tokens.end();
    }
    BooleanQuery.Builder any = new BooleanQuery.Builder();
    words.forEach(
        (word, count) ->
            any.add(
                new BoostQuery(new TermQuery(new Term(CONTENTS, word)), count),
                BooleanClause.Occur.SHOULD));
    return any.build();
  }

  /**
   * Frees the index; no search may be under way.
   *
   * @throws IOException never in practice: the index is in memory
   */
  @Override
  public void close() throws IOException {
    reader.close();
    directory.close();
    analyzer.close();
  }
}
