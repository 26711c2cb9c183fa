package dev.freshet.tests.bench.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.MMapDirectory;

/**
 * Lucene's HNSW graph as it is by default, of degree 16, 32 on the lowest level, with a beam of
 * 100, in files that are mapped into memory. It keeps to what versions 9 and 10 share: 10 has SIMD
 * on newer JDKs, where its jar comes first on the class path.
 */
final class LuceneEngine implements StoreEngine {
  private static final String ID = "id";
  private static final String VECTOR = "vector";
  private static final double BUFFER_MEGABYTES = 256;

  private final FSDirectory directory;
  private final ConcurrentMergeScheduler merges = new ConcurrentMergeScheduler();
  private final IndexWriter writer;
  private DirectoryReader reader;
  private IndexSearcher searcher;

  LuceneEngine(Path folder) {
    try {
      directory = new MMapDirectory(folder);
      IndexWriterConfig config = new IndexWriterConfig().setRAMBufferSizeMB(BUFFER_MEGABYTES);
      config.setMergeScheduler(merges);
      writer = new IndexWriter(directory, config);
      reader = DirectoryReader.open(writer);
      searcher = new IndexSearcher(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String name() {
    return "lucene";
  }

  @Override
  public void put(List<Integer> ids, List<float[]> vectors) {
    try {
      for (int i = 0; i < ids.size(); i++) {
        Document document = new Document();
        String id = Integer.toString(ids.get(i));
        document.add(new StringField(ID, id, Field.Store.NO));
        document.add(new NumericDocValuesField(ID, ids.get(i)));
        document.add(
            new KnnFloatVectorField(VECTOR, vectors.get(i), VectorSimilarityFunction.DOT_PRODUCT));
        writer.updateDocument(new Term(ID, id), document);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void remove(List<Integer> ids) {
    try {
      for (int id : ids) {
        writer.deleteDocuments(new Term(ID, Integer.toString(id)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void settle() {
    try {
      writer.commit();
      // What writes have left to do is part of what they cost.
      merges.sync();
      refresh();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void refresh() throws IOException {
    DirectoryReader newer = DirectoryReader.openIfChanged(reader);
    if (newer != null) {
      reader.close();
      reader = newer;
      searcher = new IndexSearcher(reader);
    }
  }

  @Override
  public void optimise() {
    try {
      writer.forceMerge(1);
      settle();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public int[] search(float[] query, int k, double effort) {
    try {
      KnnFloatVectorQuery nearest =
          new KnnFloatVectorQuery(VECTOR, query, Math.max(k, (int) effort));
      ScoreDoc[] hits = searcher.search(nearest, k).scoreDocs;
      int[] ids = new int[hits.length];
      List<LeafReaderContext> leaves = reader.leaves();
      for (int i = 0; i < hits.length; i++) {
        LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(hits[i].doc, leaves));
        NumericDocValues values = Objects.requireNonNull(leaf.reader().getNumericDocValues(ID));
        values.advanceExact(hits[i].doc - leaf.docBase);
        ids[i] = (int) values.longValue();
      }
      return ids;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Candidates that a search keeps. */
  @Override
  public double[] efforts() {
    return Efforts.CANDIDATES.clone();
  }

  @Override
  public long memoryBytes() {
    try {
      long bytes = 0;
      for (String file : directory.listAll()) {
        bytes += directory.fileLength(file);
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      reader.close();
      writer.close();
      directory.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
