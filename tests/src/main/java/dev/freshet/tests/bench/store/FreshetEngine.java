package dev.freshet.tests.bench.store;

import dev.freshet.pipeline.ann.InnerProduct;
import dev.freshet.pipeline.ann.IvfIndex;
import dev.freshet.pipeline.ann.IvfSettings;
import dev.freshet.pipeline.ann.ScoredPassage;
import dev.freshet.pipeline.config.AnnConfig;
import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.store.PostingEncoder;
import dev.freshet.pipeline.store.StoreSettings;
import dev.freshet.pipeline.store.StoredVersion;
import dev.freshet.pipeline.store.VectorStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;

/**
 * The store and the index of a serve node, without its words: every change is written to RocksDB,
 * vector, posting and offset, and what a search finds by codes is scored by the vectors there.
 */
final class FreshetEngine implements StoreEngine {
  private static final int GENERATION = 1;
  private static final byte[] PAYLOAD =
      "{\"text\":\"\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8);

  /** Hits beyond k whose order the vectors decide, as a node has them. */
  private static final int SPARE = 8;

  private final VectorStore store;
  private final IvfIndex index;

  /** What is stored by id: a node knows it too, from its table of documents. */
  private final Map<String, StoredVersion> versions = new HashMap<>();

  private long offset;
  private float[] lastVector;

  FreshetEngine(Path directory, int dimensions) {
    StoreSettings defaults = StoreSettings.defaults();
    AnnConfig ann = defaults.ann();
    store = VectorStore.open(directory, defaults);
    store.createGeneration(GENERATION, dimensions);
    lastVector = new float[dimensions];
    index =
        new IvfIndex(dimensions, new IvfSettings(ann.threshold(), ann.cellRows(), ann.recall(), 1));
  }

  @Override
  public String name() {
    return "freshet";
  }

  @Override
  public void put(List<Integer> ids, List<float[]> vectors) {
    List<VectorRecord> records = new ArrayList<>(ids.size());
    for (int i = 0; i < ids.size(); i++) {
      records.add(
          new VectorRecord.Upsert(
              Integer.toString(ids.get(i)),
              GENERATION,
              new Position(0, ++offset),
              offset,
              PAYLOAD,
              List.of(new PassageVector(0, 1, vectors.get(i)))));
    }
    lastVector = vectors.get(vectors.size() - 1);
    record Written(float[][] vectors, byte[] posting) {}
    Map<String, Written> written = new HashMap<>();
    PostingEncoder encoder =
        (upsert, kept) -> {
          byte[] posting = index.encode(kept);
          written.put(upsert.id(), new Written(kept, posting));
          return posting;
        };
    apply(records, encoder);
    for (int id : ids) {
      Written stored = Objects.requireNonNull(written.get(Integer.toString(id)));
      if (stored.posting().length > 0) {
        index.upsertEncoded(id, stored.posting());
      } else {
        index.upsert(id, stored.vectors());
      }
    }
  }

  @Override
  public void remove(List<Integer> ids) {
    List<VectorRecord> records = new ArrayList<>(ids.size());
    for (int id : ids) {
      records.add(
          new VectorRecord.Delete(
              Integer.toString(id), GENERATION, new Position(0, ++offset), offset));
    }
    apply(records, (upsert, vectors) -> PostingEncoder.NONE);
    ids.forEach(index::remove);
  }

  private void apply(List<VectorRecord> records, PostingEncoder encoder) {
    for (VectorRecord change :
        store.apply(GENERATION, records, Map.of(0, offset), encoder, versions::get)) {
      if (change instanceof VectorRecord.Upsert) {
        versions.put(
            change.id(), new StoredVersion(change.position(), change.timestampMillis(), 1));
      } else {
        versions.remove(change.id());
      }
    }
  }

  /** Calibrations wait for somebody who searches, compactions for nobody. */
  @Override
  public void settle() {
    var unused = index.search(lastVector, 1);
    if (!ForkJoinPool.commonPool().awaitQuiescence(1, TimeUnit.MINUTES)) {
      throw new IllegalStateException("calibrations take more than a minute");
    }
    try {
      while (!store.isAtRest()) {
        TimeUnit.MILLISECONDS.sleep(1);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void optimise() {}

  @Override
  public int[] search(float[] query, int k, double effort) {
    return rescored(query, k, index.search(query, k, SPARE, effort));
  }

  int[] search(float[] query, int k, IntPredicate accept, double effort) {
    return rescored(query, k, index.search(query, k, SPARE, accept, effort));
  }

  private int[] rescored(float[] query, int k, List<ScoredPassage> hits) {
    record Scored(int id, float score) {}
    List<String> ids = hits.stream().map(hit -> Integer.toString(hit.document())).toList();
    List<Scored> scored = new ArrayList<>(hits.size());
    // The other engines read no texts either.
    List<float[][]> rows = store.rows(GENERATION, ids);
    for (int i = 0; i < hits.size(); i++) {
      float[][] found = rows.get(i);
      if (found != null) {
        scored.add(new Scored(hits.get(i).document(), InnerProduct.of(query, found[0])));
      }
    }
    scored.sort(Comparator.comparingDouble((Scored hit) -> -hit.score()));
    return scored.stream().limit(k).mapToInt(Scored::id).toArray();
  }

  /** Recall that is asked for. */
  @Override
  public double[] efforts() {
    return new double[] {
      0.7, 0.75, 0.8, 0.84, 0.87, 0.9, 0.91, 0.92, 0.93, 0.94, 0.95, 0.96, 0.965, 0.97, 0.975, 0.98,
      0.983, 0.986, 0.988, 0.99, 0.992, 0.994, 0.996, 0.997, 0.998, 0.999, 0.9995
    };
  }

  @Override
  public long memoryBytes() {
    return index.memoryBytes();
  }

  @Override
  public void close() {
    store.close();
  }
}
