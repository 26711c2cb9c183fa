package dev.freshet.pipeline.search;

import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.MalformedRecordException;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.lexical.LexicalFiles;
import dev.freshet.pipeline.store.LiveVersions;
import dev.freshet.pipeline.store.StoreCounts;
import dev.freshet.pipeline.store.StoreDamagedException;
import dev.freshet.pipeline.store.StoreErrors;
import dev.freshet.pipeline.store.StoreException;
import dev.freshet.pipeline.store.StoredDocument;
import dev.freshet.pipeline.store.StoredVectors;
import dev.freshet.pipeline.store.StoredVersion;
import dev.freshet.pipeline.store.VectorStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One generation in a serve node: the store, which is the truth, and two indexes that follow it,
 * one of vectors in memory, one of words on disk.
 *
 * <p>A change is written to the store, then to the table of attributes, then to the vector index,
 * and only then counts as settled there; the index of words comes last. So a search may meet a
 * document whose attributes are already new while its vectors are still old. It notices: an entry
 * that settled before the search began, and whose position is still the stored one when the search
 * is over, stood unchanged through it, and its score and filter hold; of the index of words, which
 * says what version it has scored, one that is the table's and the store's. So lists are made in
 * memory, and the texts of the best alone are read from the store. Where a single one does not
 * stand ({@link Listed} becomes null), every hit is judged again by what the store holds, vectors,
 * text and attributes of one version, and leaves the answer when it is gone, fails the filter or is
 * no longer among the best. A document is thus answered as it was before or after a change, never
 * as a mixture. Where the index of vectors is approximate, every hit is scored by what the store
 * holds.
 *
 * <p>The ordinal of a deleted document goes to the next new one ({@link DocumentTable}). A search
 * that began before may find the old one under it: its entry has changed since, so the store judges
 * it.
 *
 * <p>Thread-safe; writes wait for each other, searches do not wait. The owner closes it before the
 * store, which it does not own, and when nobody writes.
 */
public final class GenerationIndex implements AutoCloseable {
  /** More hits than wanted, so that one that is gone has a successor: at first, and after that. */
  static final int[] SPARE = {8, 64, 512};

  private final VectorStore store;
  private final int generation;
  private final int dimensions;
  private final DocumentDecoder decoder;
  private final DenseIndex vectors;
  private final GenerationWords words;
  private final GenerationSearch search;
  private final LongSupplier memory;
  private final DocumentTable table = new DocumentTable();
  private final Admission admission;

  /** Whether everything that was in the topic has been here once: answers leave nothing out. */
  private volatile boolean complete;

  /** The last change that store, table and index all have. */
  private volatile long settled;

  /** Whether the table knows all that is stored: not any more once a write has failed midway. */
  private boolean tableFollows = true;

  private GenerationIndex(
      VectorStore store,
      int generation,
      int dimensions,
      DocumentDecoder decoder,
      GenerationWords words) {
    this.store = store;
    this.generation = generation;
    this.dimensions = dimensions;
    this.decoder = decoder;
    this.vectors = new DenseIndex(store, generation, dimensions, table);
    this.words = words;
    this.search = new GenerationSearch(this, vectors, words);
    this.admission = new Admission(generation, dimensions, decoder, table);
    this.memory = () -> vectors.memoryBytes() + table.memoryBytes();
    store.indexMemory().opened(generation, memory);
  }

  /**
   * Makes the generation in the store where it is not there, loads what the store holds, and makes
   * the index of words agree with it: where that is as old as the store nothing is to do, where it
   * is behind, the difference is written.
   *
   * @param dimensions length of the vectors
   * @throws IllegalArgumentException when the store has the generation with other dimensions
   * @throws StoreException when the store cannot be read, or holds what cannot be decoded
   * @throws dev.freshet.pipeline.lexical.LexicalIndexException when the index of words is in use,
   *     or cannot be written; where its disk is full, it is out of use until {@link #recover}
   */
  public static GenerationIndex open(
      VectorStore store, int generation, int dimensions, DocumentDecoder decoder) {
    return open(store, generation, dimensions, decoder, LexicalFiles.PLAIN);
  }

  static GenerationIndex open(
      VectorStore store,
      int generation,
      int dimensions,
      DocumentDecoder decoder,
      LexicalFiles files) {
    store.createGeneration(generation, dimensions);
    GenerationWords words = GenerationWords.open(store, generation, files);
    GenerationIndex index = null;
    try {
      index = new GenerationIndex(store, generation, dimensions, decoder, words);
      index.loadAll();
      index.complete = store.isComplete(generation);
      return index;
    } catch (RuntimeException | Error e) {
      if (index != null) {
        store.indexMemory().closed(generation, index.memory);
      }
      words.close();
      throw e;
    }
  }

  private synchronized void loadAll() {
    words.catchUp(
        visitor ->
            vectors.load(
                stored -> {
                  Document document = decode(stored);
                  visitor.visit(document, stored.position());
                  return enter(stored, document);
                }));
    // Nobody searches yet: all of it counts as one change.
    settled++;
  }

  private int enter(StoredDocument stored, Document document) {
    return enter(stored.position(), stored.timestampMillis(), document, stored.passages().size());
  }

  private int enter(VectorRecord.Upsert upsert, Document document) {
    return enter(upsert.position(), upsert.timestampMillis(), document, upsert.passages().size());
  }

  /** The ordinal of a document of which the table knows this version now, and nobody else. */
  private int enter(Position position, long timestampMillis, Document document, int passages) {
    return table.put(
        new DocumentTable.Entry(
            document.id(),
            position,
            timestampMillis,
            document.attributes(),
            passages,
            settled + 1));
  }

  /**
   * Writes a batch to the store and lets the index follow. When this returns, searches that begin
   * see it.
   *
   * @param batch records of this generation, in the order of the topic
   * @param nextOffsets per partition of {@code vectors.<g>} the offset to go on from
   * @param rejections takes each record that cannot be served, with the reason, before anything is
   *     written: once the offset is stored nobody reads the record again. It takes it once, also
   *     where there was no room and the same records come again
   * @return the records that took effect, at most one a document
   * @throws StoreException when the store cannot be written; nothing is written then
   */
  public synchronized List<VectorRecord> apply(
      List<VectorRecord> batch,
      Map<Integer, Long> nextOffsets,
      BiConsumer<VectorRecord, String> rejections) {
    Admission.Usable usable = admission.usable(batch, rejections);
    if (usable.growing() > 0) {
      store.indexMemory().require(usable.growing(), complete);
    }
    // First: what is refused for want of room leaves all as it is.
    store.requireRoom();
    if (nextOffsets.isEmpty() && !usable.records().isEmpty()) {
      words.runAhead();
    }
    LiveVersions live = tableFollows ? this::liveVersion : LiveVersions.UNKNOWN;
    tableFollows = false;
    List<VectorRecord> changes =
        store.apply(generation, usable.records(), nextOffsets, vectors.postings(), live);
    admission.taken(batch);
    for (VectorRecord change : changes) {
      Document document = usable.documents().get(change);
      if (change instanceof VectorRecord.Upsert upsert && document != null) {
        vectors.put(enter(upsert, document), upsert);
        settled++;
      } else {
        remove(change.id());
      }
    }
    tableFollows = live != LiveVersions.UNKNOWN;
    vectors.settle();
    // Last, since it may fail: then words are behind what is stored, and nothing else is.
    words.apply(changes, usable.documents(), nextOffsets);
    return changes;
  }

  private @Nullable StoredVersion liveVersion(String id) {
    DocumentTable.Entry entry = table.get(id);
    return entry == null
        ? null
        : new StoredVersion(entry.position(), entry.timestampMillis(), entry.passages());
  }

  /**
   * Those of a batch that found no memory that need none: deletes of what is here, and versions of
   * it that take no more than the one before.
   */
  public synchronized List<VectorRecord> withoutGrowth(List<VectorRecord> batch) {
    return admission.withoutGrowth(batch);
  }

  private void remove(String id) {
    Integer ordinal = table.ordinal(id);
    if (ordinal != null) {
      vectors.remove(ordinal);
      table.remove(id);
    }
  }

  /**
   * The documents that are best by words, best first, each of one stored version.
   *
   * @return at most k; fewer than there are only while documents change faster than they are read
   */
  List<Candidate> search(String query, int k, @Nullable Filter filter) {
    return search.byWords(query, k, filter);
  }

  /**
   * The documents that are best by words and by vector together, each of one stored version.
   *
   * @param denseWeight what a place by vector counts, where one by words counts 1
   * @param below how many follow the k: the best by vector that are not among them
   * @param recall share of the nearest that is to be found on average; null for the one of the
   *     settings
   */
  List<Candidate> search(
      String query,
      float[] vector,
      double denseWeight,
      int k,
      int below,
      @Nullable Filter filter,
      @Nullable Double recall) {
    return search.hybrid(query, vector, denseWeight, k, below, filter, recall);
  }

  /**
   * The documents that are best by words, the first of them with their passages.
   *
   * @param depth most documents
   * @param shown of how many the passage is looked up
   * @param dense those that were found by vector: of them that passage counts
   */
  List<Candidate> listByWords(
      String query, int depth, int shown, @Nullable Filter filter, List<Candidate> dense) {
    return search.listByWords(query, depth, shown, filter, dense);
  }

  /** As the other, with the recall of the settings. */
  List<Candidate> search(float[] query, int k, @Nullable Filter filter) {
    return search(query, k, filter, null);
  }

  /**
   * The documents that are best by vector, best first, each of one stored version.
   *
   * @param recall share of them that is to be found on average; null for the one of the settings
   * @return at most k; fewer than there are only while documents change faster than they are read
   */
  List<Candidate> search(float[] query, int k, @Nullable Filter filter, @Nullable Double recall) {
    return search.byVector(query, k, filter, recall);
  }

  /** Whether the newest version that is known here of the document with this ordinal passes. */
  boolean accepts(int ordinal, Filter filter) {
    return accepts(table.get(ordinal), filter);
  }

  /** Whether the newest version that is known here passes. */
  boolean accepts(String id, Filter filter) {
    return accepts(table.get(id), filter);
  }

  private static boolean accepts(DocumentTable.@Nullable Entry entry, Filter filter) {
    return entry != null && filter.matches(entry.attributes());
  }

  /** Whether this very version passes. */
  boolean passes(StoredDocument document, Filter filter) {
    DocumentTable.Entry entry = entry(document.id());
    return entry != null && entry.position().equals(document.position())
        ? filter.matches(entry.attributes())
        : matches(filter, document);
  }

  /** The last change that store, table and index all have. */
  long settled() {
    return settled;
  }

  /** What is known here of the document with this ordinal, null where it is gone. */
  DocumentTable.@Nullable Entry entry(int ordinal) {
    return table.get(ordinal);
  }

  /** What is known here of the document of this id, null where it is gone. */
  DocumentTable.@Nullable Entry entry(String id) {
    return table.get(id);
  }

  /** Of each the live version with its vectors, all of one moment. */
  List<Optional<StoredVectors>> storedVectors(List<String> ids) {
    return store.vectors(generation, ids);
  }

  /** Of each the vectors of whatever version is stored; null where there are none. */
  List<float @Nullable [][]> storedRows(List<String> ids) {
    return store.rows(generation, ids);
  }

  /** Of each the live version, one by one; null where there is none. */
  List<@Nullable StoredDocument> stored(List<String> ids) {
    return store.documents(generation, ids);
  }

  /** The live version, null where there is none. */
  @Nullable StoredDocument stored(String id) {
    return store.document(generation, id).orElse(null);
  }

  /** Whether this version passes, by what is stored of it. */
  boolean matches(Filter filter, StoredDocument document) {
    return filter.matches(decode(document).attributes());
  }

  /** Which version of a document is known here, a delete too; empty for one never seen. */
  Optional<StoredVersion> version(String id) {
    return store.version(generation, id);
  }

  /** The live document of this id. */
  public Optional<Document> document(String id) {
    return store.document(generation, id).map(this::decode);
  }

  /** Live documents drawn at random, others at each call; all where there are no more than that. */
  public List<StoredVectors> sample(int most) {
    return storedVectors(table.sample(most)).stream().flatMap(Optional::stream).toList();
  }

  /** The document that was stored. What was decoded before it was written decodes again. */
  public Document decode(StoredDocument stored) {
    try {
      return decoder.decode(stored.id(), stored.payload());
    } catch (MalformedRecordException e) {
      throw new StoreDamagedException(
          "Document %s of generation %d in the store %s cannot be read (%s). %s"
              .formatted(
                  stored.id(),
                  generation,
                  store.directory(),
                  e.getMessage(),
                  StoreErrors.REBUILD_GENERATION),
          e);
    }
  }

  /**
   * Brings back what a full disk took out of use; nothing is done where nothing is.
   *
   * @throws dev.freshet.pipeline.store.StoreFullException when there is no room yet
   * @throws dev.freshet.pipeline.lexical.LexicalFullException when it was used up again
   */
  public synchronized void recover() {
    words.recover(this::decode);
  }

  /** Why some searches are refused at the moment; null where none is. */
  public @Nullable String obstacle() {
    return words.obstacle();
  }

  /**
   * From here on answers leave nothing out, after a restart too.
   *
   * @throws StoreException when the store cannot remember it; until a restart it is so all the same
   */
  public void markComplete() {
    complete = true;
    store.markComplete(generation);
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

  /** Bytes of it on disk, in the store and beside it; an estimate, as RocksDB's is. */
  public long diskBytes() {
    return store.bytes(generation);
  }

  /** Closes both indexes. Nobody may write any more. Idempotent. */
  @Override
  public synchronized void close() {
    try {
      vectors.close();
    } finally {
      store.indexMemory().closed(generation, memory);
      words.close();
    }
  }
}
