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
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.similarities.Similarity;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;

/**
 * The lexical baseline: {@link Bm25} over an index in memory.
 *
 * <p>Thread-safe. Of a query of more than 1,024 different words the first 1,024 count.
 */
public final class Bm25Retriever implements Retriever, Closeable {
  /** Large, so that what is never merged is in few pieces. */
  private static final double BUFFER_MEBIBYTES = 256;

  /** By Lucene's document number. */
  private final String[] ids;

  private final Directory directory;
  private final DirectoryReader reader;
  private final IndexSearcher searcher;
  private final Analyzer analyzer = Bm25.analyzer();

  /** Indexes the documents. */
  public Bm25Retriever(List<CorpusDocument> documents) {
    Similarity similarity = Bm25.similarity();
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
    contents.add(Bm25.field(document.title(), document.text()));
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
    Query words = Bm25.anyOf(Bm25.queryWords(analyzer, query.text()));
    try {
      List<ScoredDocument> found = new ArrayList<>();
      for (ScoreDoc hit : searcher.search(words, depth).scoreDocs) {
        found.add(new ScoredDocument(ids[hit.doc], hit.score));
      }
      return Ranking.of(found);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot search for " + query.id(), e);
    }
  }

  /** Frees the index; no search may be under way. */
  @Override
  public void close() {
    try {
      reader.close();
      directory.close();
      analyzer.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close the index in memory", e);
    }
  }
}
