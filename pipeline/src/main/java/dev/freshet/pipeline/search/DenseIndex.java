package dev.freshet.pipeline.search;

import dev.freshet.pipeline.ann.IvfIndex;
import dev.freshet.pipeline.ann.IvfRestore;
import dev.freshet.pipeline.ann.IvfSettings;
import dev.freshet.pipeline.ann.ScoredPassage;
import dev.freshet.pipeline.config.AnnConfig;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.store.IndexStorage;
import dev.freshet.pipeline.store.PostingEncoder;
import dev.freshet.pipeline.store.StoreException;
import dev.freshet.pipeline.store.StoreFullException;
import dev.freshet.pipeline.store.StoredDocument;
import dev.freshet.pipeline.store.VectorStore;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.IntPredicate;
import java.util.function.IntToLongFunction;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The vectors of one generation in memory, and what the store keeps so that they are there again
 * soon after a restart: a posting a document, in one write with it, and once in a while where each
 * lay. What lay elsewhere by the time of a crash is put where it is nearest, so nothing depends on
 * how old that is.
 *
 * <p>Searches: any thread. All else: one at a time.
 */
final class DenseIndex {
  private static final Logger LOG = LoggerFactory.getLogger(DenseIndex.class);

  /** Where everything lies is written down when this share of it has changed. */
  private static final int SHARE_CHANGED = 8;

  private static final int LEAST_CHANGED = 5_000;

  private final VectorStore store;
  private final IndexStorage storage;
  private final int generation;
  private final int dimensions;
  private final IvfSettings settings;
  private final Executor background;

  /** Of documents by ordinal; 0 for one that is gone. */
  private final IntToLongFunction names;

  private volatile IvfIndex index;

  /** What was written of documents that are yet to be put in. */
  private final Map<VectorRecord, Written> written = new IdentityHashMap<>();

  /** Whether the store has a posting of every document. */
  private boolean derived;

  /** Documents, since it was last begun to write down where everything lies. */
  private long changed;

  /** Whether the last time failed: then the next one waits for as many changes, or for the end. */
  private volatile boolean failed;

  /** The last time that it was written down where everything lies; done when it is. */
  private CompletableFuture<@Nullable Void> keeping = CompletableFuture.completedFuture(null);

  DenseIndex(VectorStore store, int generation, int dimensions, DocumentTable table) {
    this.store = store;
    this.storage = store.indexStorage(generation);
    this.generation = generation;
    this.dimensions = dimensions;
    AnnConfig ann = store.settings().ann();
    this.settings = new IvfSettings(ann.threshold(), ann.cellRows(), ann.recall(), 1);
    this.background = ForkJoinPool.commonPool();
    this.index = new IvfIndex(dimensions, settings, background);
    this.names = ordinal -> name(table.get(ordinal));
  }

  /** 64 bits of the id and the position: FNV-1a over code units. */
  private static long name(String id, Position position) {
    long hash = 0xcbf2_9ce4_8422_2325L;
    for (int i = 0; i < id.length(); i++) {
      hash = (hash ^ id.charAt(i)) * 0x100_0000_01b3L;
    }
    hash = (hash ^ position.partition()) * 0x100_0000_01b3L;
    hash = (hash ^ position.offset()) * 0x100_0000_01b3L;
    return hash == 0 ? 1 : hash;
  }

  private static long name(DocumentTable.@Nullable Entry entry) {
    return entry == null ? 0 : name(entry.id(), entry.position());
  }

  /**
   * Loads what the store holds: postings where there are any, else vectors, of which postings are
   * made then.
   *
   * @param ordinals told of every document, says its ordinal
   */
  void load(ToIntFunction<StoredDocument> ordinals) {
    List<byte[]> parts = storage.parts();
    if (parts.isEmpty()) {
      loadVectors(ordinals);
      return;
    }
    IvfRestore restore;
    try {
      restore = new IvfRestore(dimensions, settings, parts, background);
    } catch (IllegalArgumentException e) {
      LOG.warn(
          "the cells of generation {} cannot be read, they are made anew from its vectors: {}",
          generation,
          e.getMessage());
      loadVectors(ordinals);
      return;
    }
    List<StoredDocument> bare = new ArrayList<>();
    try (PostingLoad load = new PostingLoad(restore, generation)) {
      storage.scan(
          (document, posting) -> {
            if (posting == null) {
              bare.add(document);
            } else {
              long name = name(document.id(), document.position());
              load.add(ordinals.applyAsInt(document), name, posting, document.id());
            }
          },
          load::finish);
    }
    for (StoredDocument document : bare) {
      store
          .vectors(generation, document.id())
          .ifPresent(stored -> restore.add(ordinals.applyAsInt(document), stored.vectors()));
    }
    index = restore.finish();
    derived = true;
  }

  private void loadVectors(ToIntFunction<StoredDocument> ordinals) {
    store.scan(
        generation,
        stored -> index.upsert(ordinals.applyAsInt(stored.document()), stored.vectors()));
    deriveOnce();
  }

  /**
   * The postings of documents that were there before there were cells. They only make opening
   * faster: where there is no room for them they wait for the next batch.
   */
  private void deriveOnce() {
    if (derived || !index.hasCells()) {
      return;
    }
    try {
      storage.derive((document, vectors) -> index.encode(vectors));
      storage.putParts(index.snapshot(names));
      derived = true;
      changed = 0;
    } catch (StoreFullException e) {
      LOG.warn("the cells of generation {} are written down later: {}", generation, e.getMessage());
    }
  }

  /**
   * What the store has of a document.
   *
   * @param vectors {@code [passages][dimensions]}, as it keeps them
   * @param posting empty where there were no cells
   */
  private record Written(float[][] vectors, byte[] posting) {}

  /** Makes the postings of a batch, each for a {@link #put} after it. */
  PostingEncoder postings() {
    written.clear();
    return (upsert, vectors) -> {
      byte[] posting = index.encode(vectors);
      written.put(upsert, new Written(vectors, posting));
      return posting;
    };
  }

  void put(int ordinal, VectorRecord.Upsert upsert) {
    Written stored = Objects.requireNonNull(written.remove(upsert), "it was not written before");
    if (stored.posting().length == 0) {
      index.upsert(ordinal, stored.vectors());
    } else {
      index.upsertEncoded(ordinal, stored.posting());
    }
    changed++;
  }

  void remove(int ordinal) {
    index.remove(ordinal);
    changed++;
  }

  /** After a batch: sees to what the store keeps. The batch is stored, whatever becomes of this. */
  void settle() {
    deriveOnce();
    if (derived && changed > Math.max(LEAST_CHANGED, index.documents() / SHARE_CHANGED)) {
      keepSoon();
    }
  }

  /** The writer does not wait: with millions of documents this takes seconds. */
  private void keepSoon() {
    if (keeping.isDone()) {
      changed = 0;
      keeping =
          CompletableFuture.runAsync(this::keep, background)
              .exceptionally(
                  e -> {
                    failed = true;
                    LOG.warn("where generation {} lies is written down later", generation, e);
                    return null;
                  });
    }
  }

  /** Writes down where everything lies. */
  private void keep() {
    storage.putParts(index.snapshot(names));
    failed = false;
  }

  /** Whether scores are off by some. */
  boolean isApproximate() {
    return index.hasCells();
  }

  /**
   * @param spare documents that may follow the k, where their scores are too coarse to tell whether
   *     they belong to them
   * @param recall that is asked for; null for the one of the settings
   */
  List<ScoredPassage> search(
      float[] query, int k, int spare, @Nullable IntPredicate accept, @Nullable Double recall) {
    double wanted = recall == null ? settings.recall() : recall;
    return accept == null
        ? index.search(query, k, spare, wanted)
        : index.search(query, k, spare, accept, wanted);
  }

  long memoryBytes() {
    return index.memoryBytes();
  }

  /** Leaves in the store what makes opening fast. */
  void close() {
    keeping.join();
    if (derived && (changed > 0 || failed)) {
      try {
        keep();
      } catch (StoreException | IllegalStateException e) {
        // A store that is lost is closed before its generations are.
        LOG.warn("where generation {} lies is not written down", generation, e);
      }
    }
  }
}
