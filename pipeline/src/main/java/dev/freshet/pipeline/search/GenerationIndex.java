package dev.freshet.pipeline.search;

import dev.freshet.pipeline.ann.ExactIndex;
import dev.freshet.pipeline.ann.ScoredPassage;
import dev.freshet.pipeline.ann.VectorIndex;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.MalformedRecordException;
import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.store.StoreCounts;
import dev.freshet.pipeline.store.StoreException;
import dev.freshet.pipeline.store.StoredDocument;
import dev.freshet.pipeline.store.StoredVectors;
import dev.freshet.pipeline.store.VectorStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One generation in a serve node: the store, which is the truth, and the index in memory that
 * follows it.
 *
 * <p>A change is written to the store, then to the table of attributes, then to the vector index,
 * and only then counts as settled. So a search may meet a document whose attributes are already new
 * while its vectors are still old. It notices: an entry that settled before the search began, and
 * whose position is still the stored one when the search is over, stood unchanged through it, and
 * its score and filter hold. Every other hit is judged again by what the store holds, vectors, text
 * and attributes of one version, and leaves the answer when it is gone, fails the filter or is no
 * longer among the best. A document is thus answered as it was before or after a change, never as a
 * mixture.
 *
 * <p>An ordinal is never reused. That of a deleted document costs 20 bytes until the next restart.
 *
 * <p>Thread-safe; writes wait for each other, searches do not wait.
 */
public final class GenerationIndex {
  /** More hits than wanted, so that one that is gone has a successor: at first, and after that. */
  private static final int[] SPARE = {8, 64, 512};

  private final VectorStore store;
  private final int generation;
  private final int dimensions;
  private final DocumentDecoder decoder;
  private final VectorIndex vectors;
  private final OrdinalTable table = new OrdinalTable();

  /** Ordinals of live documents; the writer's own. */
  private final Map<String, Integer> ordinals = new HashMap<>();

  private int nextOrdinal;

  /** Whether everything that was in the topic has been here once: answers leave nothing out. */
  private volatile boolean complete;

  /** The last change that store, table and index all have. */
  private volatile long settled;

  private GenerationIndex(
      VectorStore store, int generation, int dimensions, DocumentDecoder decoder) {
    this.store = store;
    this.generation = generation;
    this.dimensions = dimensions;
    this.decoder = decoder;
    this.vectors = new ExactIndex(dimensions);
  }

  /**
   * Makes the generation in the store where it is not there, and loads what the store holds.
   *
   * @param dimensions length of the vectors
   * @throws IllegalArgumentException when the store has the generation with other dimensions
   * @throws StoreException when the store cannot be read, or holds what cannot be decoded
   */
  public static GenerationIndex open(
      VectorStore store, int generation, int dimensions, DocumentDecoder decoder) {
    store.createGeneration(generation, dimensions);
    GenerationIndex index = new GenerationIndex(store, generation, dimensions, decoder);
    store.scan(generation, index::load);
    index.complete = store.isComplete(generation);
    return index;
  }

  private synchronized void load(StoredVectors stored) {
    StoredDocument document = stored.document();
    put(document.id(), document.position(), decodeStored(document).attributes(), stored.vectors());
  }

  /**
   * Writes a batch to the store and lets the index follow. When this returns, searches that begin
   * see it.
   *
   * @param batch records of this generation, in the order of the topic
   * @param nextOffsets per partition of {@code vectors.<g>} the offset to go on from
   * @param rejections takes each record that cannot be served, with the reason, before anything is
   *     written: once the offset is stored nobody reads the record again
   * @return the records that took effect, at most one a document
   * @throws StoreException when the store cannot be written; nothing is written then
   */
  public synchronized List<VectorRecord> apply(
      List<VectorRecord> batch,
      Map<Integer, Long> nextOffsets,
      BiConsumer<VectorRecord, String> rejections) {
    IdentityHashMap<VectorRecord, Map<String, Object>> attributes = new IdentityHashMap<>();
    List<VectorRecord> usable = new ArrayList<>(batch.size());
    for (VectorRecord record : batch) {
      try {
        attributes.put(record, servableAttributes(record));
        usable.add(record);
      } catch (MalformedRecordException e) {
        rejections.accept(record, e.reason());
      }
    }
    List<VectorRecord> changes = store.apply(generation, usable, nextOffsets);
    for (VectorRecord change : changes) {
      if (change instanceof VectorRecord.Upsert upsert) {
        float[][] rows =
            upsert.passages().stream().map(PassageVector::vector).toArray(float[][]::new);
        put(upsert.id(), upsert.position(), attributes.getOrDefault(change, Map.of()), rows);
      } else {
        remove(change.id());
      }
    }
    return changes;
  }

  private Map<String, Object> servableAttributes(VectorRecord record)
      throws MalformedRecordException {
    if (record.generation() != generation) {
      throw new MalformedRecordException(
          "a record of generation %d among those of generation %d"
              .formatted(record.generation(), generation));
    }
    if (!(record instanceof VectorRecord.Upsert upsert)) {
      return Map.of();
    }
    int length = upsert.passages().get(0).vector().length;
    if (length != dimensions) {
      throw new MalformedRecordException(
          "vectors of %d dimensions in a generation of %d".formatted(length, dimensions));
    }
    return decoder.decode(record.id(), upsert.payload()).attributes();
  }

  private void put(
      String id, Position position, Map<String, Object> attributes, float[][] passages) {
    long change = settled + 1;
    int ordinal = ordinals.computeIfAbsent(id, added -> nextOrdinal++);
    table.set(ordinal, new OrdinalTable.Entry(id, position, attributes, change));
    vectors.upsert(ordinal, passages);
    settled = change;
  }

  private void remove(String id) {
    Integer ordinal = ordinals.remove(id);
    if (ordinal != null) {
      vectors.remove(ordinal);
      table.set(ordinal, null);
    }
  }

  /**
   * The best documents, best first, each of one stored version.
   *
   * @return at most k; fewer than there are only while documents change faster than they are read
   */
  List<Candidate> search(float[] query, int k, @Nullable Filter filter) {
    List<Candidate> found = List.of();
    for (int spare : SPARE) {
      long before = settled;
      List<ScoredPassage> hits =
          vectors.search(query, k + spare, ordinal -> accepts(ordinal, filter));
      boolean complete = hits.size() < k + spare;
      // What is not among the hits scores no more than the last of them.
      float floor = complete ? Float.NEGATIVE_INFINITY : hits.get(hits.size() - 1).score();
      found = new ArrayList<>();
      for (ScoredPassage hit : hits) {
        Candidate candidate = judge(hit, before, query, filter);
        if (candidate != null && candidate.score() >= floor) {
          found.add(candidate);
        }
      }
      if (complete || found.size() >= k) {
        break;
      }
    }
    return found.stream().sorted(Candidate.BEST_FIRST).limit(k).toList();
  }

  private boolean accepts(int ordinal, @Nullable Filter filter) {
    if (filter == null) {
      return true;
    }
    OrdinalTable.Entry entry = table.get(ordinal);
    return entry != null && filter.matches(entry.attributes());
  }

  private @Nullable Candidate judge(
      ScoredPassage hit, long before, float[] query, @Nullable Filter filter) {
    OrdinalTable.Entry entry = table.get(hit.document());
    if (entry == null) {
      return null;
    }
    if (entry.change() <= before) {
      StoredDocument document = store.document(generation, entry.id()).orElse(null);
      if (document != null && document.position().equals(entry.position())) {
        return new Candidate(document, hit.passage(), hit.score());
      }
    }
    return store
        .vectors(generation, entry.id())
        .filter(stored -> filter == null || matches(filter, stored.document()))
        .map(stored -> best(stored, query))
        .orElse(null);
  }

  private boolean matches(Filter filter, StoredDocument document) {
    return filter.matches(decodeStored(document).attributes());
  }

  private static Candidate best(StoredVectors stored, float[] query) {
    int best = 0;
    float bestScore = Float.NEGATIVE_INFINITY;
    for (int passage = 0; passage < stored.vectors().length; passage++) {
      float score = 0;
      for (int d = 0; d < query.length; d++) {
        score = Math.fma(query[d], stored.vectors()[passage][d], score);
      }
      if (score > bestScore) {
        best = passage;
        bestScore = score;
      }
    }
    return new Candidate(stored.document(), best, bestScore);
  }

  /** The live document of this id. */
  public Optional<Document> document(String id) {
    return store.document(generation, id).map(this::decodeStored);
  }

  /** What was decoded before it was written decodes again. */
  Document decodeStored(StoredDocument stored) {
    try {
      return decoder.decode(stored.id(), stored.payload());
    } catch (MalformedRecordException e) {
      throw new StoreException(
          "Document %s of generation %d in the store %s cannot be read (%s). Delete the directory: it is filled again from the vectors topics."
              .formatted(stored.id(), generation, store.directory(), e.getMessage()),
          e);
    }
  }

  /** From here on answers leave nothing out, after a restart too. */
  public void markComplete() {
    store.markComplete(generation);
    complete = true;
  }

  /** Whether {@link #markComplete} was ever called on this store. */
  public boolean isComplete() {
    return complete;
  }

  public int generation() {
    return generation;
  }

  public int dimensions() {
    return dimensions;
  }

  /** Per partition of {@code vectors.<g>} the offset to go on from. */
  public SortedMap<Integer, Long> offsets() {
    return store.offsets(generation);
  }

  /** What the store holds. */
  public StoreCounts counts() {
    return store.counts(generation);
  }

  /** Bytes of the vector index in memory. */
  public long memoryBytes() {
    return vectors.memoryBytes();
  }
}
