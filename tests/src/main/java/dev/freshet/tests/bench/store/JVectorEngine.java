package dev.freshet.tests.bench.store;

import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JVector's graph in memory, over the vectors themselves: it keeps nothing on disk here. Of degree
 * 32, as the lowest level of Lucene's is: of degree 16 it is written twice as fast and more, and
 * searched at a recall of .99 half as fast.
 */
final class JVectorEngine implements StoreEngine {
  private static final VectorTypeSupport TYPES =
      VectorizationProvider.getInstance().getVectorTypeSupport();
  private static final int DEGREE = 32;
  private static final int BEAM = 100;
  private static final float OVERFLOW = 1.2f;
  private static final float ALPHA = 1.2f;

  private final int dimensions;
  private final List<VectorFloat<?>> vectors = new ArrayList<>();
  private final ListRandomAccessVectorValues values;
  private final GraphIndexBuilder builder;
  private final Map<Integer, Integer> nodes = new HashMap<>();
  private final List<Integer> ids = new ArrayList<>();
  private boolean deleted;
  private final ThreadLocal<@Nullable GraphSearcher> searchers = new ThreadLocal<>();

  JVectorEngine(int dimensions) {
    this.dimensions = dimensions;
    values = new ListRandomAccessVectorValues(vectors, dimensions);
    builder =
        new GraphIndexBuilder(
            values,
            VectorSimilarityFunction.DOT_PRODUCT,
            DEGREE,
            BEAM,
            OVERFLOW,
            ALPHA,
            true,
            false);
  }

  @Override
  public String name() {
    return "jvector";
  }

  @Override
  public void put(List<Integer> batch, List<float[]> rows) {
    for (int i = 0; i < batch.size(); i++) {
      int id = batch.get(i);
      delete(id);
      int node = vectors.size();
      VectorFloat<?> vector = TYPES.createFloatVector(rows.get(i).clone());
      vectors.add(vector);
      ids.add(id);
      nodes.put(id, node);
      builder.addGraphNode(node, vector);
    }
  }

  private void delete(int id) {
    Integer node = nodes.remove(id);
    if (node != null) {
      builder.markNodeDeleted(node);
      deleted = true;
    }
  }

  @Override
  public void remove(List<Integer> batch) {
    batch.forEach(this::delete);
  }

  @Override
  public void settle() {
    if (deleted) {
      builder.removeDeletedNodes();
      deleted = false;
    }
  }

  @Override
  public void optimise() {
    builder.cleanup();
  }

  @Override
  public int[] search(float[] query, int k, double effort) {
    GraphSearcher searcher = searchers.get();
    if (searcher == null) {
      searcher = new GraphSearcher(builder.getGraph());
      searchers.set(searcher);
    }
    VectorFloat<?> vector = TYPES.createFloatVector(query);
    SearchResult result =
        searcher.search(
            DefaultSearchScoreProvider.exact(vector, VectorSimilarityFunction.DOT_PRODUCT, values),
            k,
            (int) effort,
            0f,
            0f,
            Bits.ALL);
    int[] found = new int[result.getNodes().length];
    for (int i = 0; i < found.length; i++) {
      found[i] = ids.get(result.getNodes()[i].node);
    }
    return found;
  }

  /** Candidates that a search keeps. */
  @Override
  public double[] efforts() {
    return Efforts.CANDIDATES.clone();
  }

  @Override
  public long memoryBytes() {
    return builder.getGraph().ramBytesUsed() + (long) nodes.size() * dimensions * Float.BYTES;
  }

  @Override
  public void close() {
    try {
      builder.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
