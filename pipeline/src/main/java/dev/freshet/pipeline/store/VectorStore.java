package dev.freshet.pipeline.store;

import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.store.OpenDatabase.Opening;
import dev.freshet.pipeline.store.StoreLifecycle.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * Documents, vectors and consumed offsets of every generation in one RocksDB directory: the truth
 * of a serve node.
 *
 * <p>A generation has two column families, {@code documents.<g>} (see {@link DocumentFormat}) and
 * {@code vectors.<g>} (see {@link VectorFormat}), so that retiring it drops files instead of
 * deleting keys. What is known about it stands in the default column family (see {@link MetaKeys}).
 *
 * <p>What others derive from a generation stands in {@code derived/<g>} (see {@link #derived}) and
 * goes when the generation goes.
 *
 * <p>Data and consumed offsets are one write, so they cannot diverge. The write-ahead log is on but
 * not synced: killing the process loses nothing, and a power failure loses the last writes together
 * with their offsets, so that they are read again from Kafka.
 *
 * <p>Thread-safe. Writes to one generation wait for each other. After {@link #close} every method
 * throws {@link IllegalStateException}; closing waits for calls that are under way. Methods that
 * take a generation throw {@link IllegalArgumentException} when the store does not hold it, and
 * every method throws {@link StoreException} when RocksDB fails, {@link StoreFullException} where
 * that may be tried again. Where a full disk has stopped RocksDB, the next write after there is
 * room opens it anew; where the disk fills again in the midst of that, the store stays closed.
 */
public final class VectorStore implements AutoCloseable {
  private static final String PURGE = "purge deletes";

  /** Deletes are kept by this part of the retention longer, so that they go many at a time. */
  private static final int PURGE_SHARE = 8;

  private final Path directory;
  private final DerivedFolders derived;
  private final SnapshotFolder snapshots;
  private final StoreSettings settings;
  private final Clock clock;
  private final StoreLifecycle lifecycle;
  private final IndexMemory indexMemory;

  private VectorStore(
      Path directory, StoreSettings settings, Clock clock, StoreLifecycle lifecycle) {
    this.directory = directory;
    this.derived = new DerivedFolders(directory);
    this.snapshots = new SnapshotFolder(directory);
    this.settings = settings;
    this.clock = clock;
    this.lifecycle = lifecycle;
    this.indexMemory = new IndexMemory(settings.ann().maxBytes());
  }

  /** As {@link #open(Path, StoreSettings, Clock)} with the system's clock. */
  public static VectorStore open(Path directory, StoreSettings settings) {
    return open(directory, settings, Clock.systemUTC());
  }

  /**
   * Opens the store, making it where there is none.
   *
   * @param clock tells how old a delete is
   * @throws StoreException when the directory is in use, damaged, of another format or not
   *     writable; nothing stays open then
   */
  public static VectorStore open(Path directory, StoreSettings settings, Clock clock) {
    return open(directory, settings, clock, RocksResources::open);
  }

  /**
   * As {@link #open(Path, StoreSettings)}, to drop generations whose files are damaged. To read and
   * write, open it again.
   */
  public static VectorStore openForRepair(Path directory, StoreSettings settings) {
    return open(directory, settings, Clock.systemUTC(), RocksResources::openForRepair);
  }

  private static VectorStore open(
      Path directory, StoreSettings settings, Clock clock, Opening opening) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new StoreException(
          "The store's directory %s cannot be made (%s). Check the path and its permissions."
              .formatted(directory, e),
          e);
    }
    StoreDirectory.requireWhole(directory);
    OpenDatabase database = null;
    try {
      database = OpenDatabase.open(directory, settings, opening);
      VectorStore store =
          new VectorStore(
              directory,
              settings,
              clock,
              new StoreLifecycle(directory, settings, opening, database));
      store.derived.deleteAllBut(database.generations().keySet());
      store.snapshots.clear();
      return store;
    } catch (RocksDBException e) {
      throw StoreErrors.opening(directory, e);
    } catch (RuntimeException | Error e) {
      if (database != null) {
        database.close();
      }
      throw e;
    }
  }

  /**
   * Makes room for a generation; without effect where it is already there.
   *
   * @param dimensions length of its vectors
   * @throws IllegalArgumentException when the generation is there with other dimensions
   */
  public void createGeneration(int generation, int dimensions) {
    if (generation < 0 || dimensions < 1) {
      throw new IllegalArgumentException(
          "generation %d of %d dimensions: a generation is at least 0, dimensions at least 1"
              .formatted(generation, dimensions));
    }
    lifecycle.write(
        StoreLifecycle.WHOLE,
        "make generation " + generation,
        database -> {
          database.create(generation, dimensions);
          return generation;
        });
  }

  /**
   * Drops a generation with all that it holds and what was derived from it; without effect where it
   * is not there. Waits for calls that read it; who uses {@link #derived} must have closed it.
   */
  public void dropGeneration(int generation) {
    lifecycle.write(
        StoreLifecycle.WHOLE,
        "drop generation " + generation,
        database -> {
          database.drop(generation, () -> derived.delete(generation));
          return generation;
        });
  }

  /**
   * A folder for what can be made from the generation again. It need not be there; it is deleted
   * with the generation.
   */
  public Path derived(int generation) {
    return derived.of(generation);
  }

  /** The generations here, with the dimensions of each. */
  public SortedMap<Integer, Integer> generations() {
    return lifecycle.database().generations();
  }

  /**
   * Writes changes and the offsets up to which they were read, all or nothing. Per document the
   * newest position wins: a record that does not supersede what is there has no effect.
   *
   * @param batch records of this generation, in the order of the topic
   * @param nextOffsets per partition of {@code vectors.<g>} the offset to go on from
   * @return the records that took effect, at most one a document
   * @throws IllegalArgumentException when a record is of another generation, or its vectors are not
   *     of the generation's dimensions or not finite; nothing is written then
   */
  public List<VectorRecord> apply(
      int generation, List<VectorRecord> batch, Map<Integer, Long> nextOffsets) {
    return apply(
        generation,
        batch,
        nextOffsets,
        (upsert, vectors) -> PostingEncoder.NONE,
        LiveVersions.UNKNOWN);
  }

  /**
   * As the other.
   *
   * @param postings makes that of each document that takes effect
   * @param live the live documents, where the caller knows them, so that they need not be read
   */
  public List<VectorRecord> apply(
      int generation,
      List<VectorRecord> batch,
      Map<Integer, Long> nextOffsets,
      PostingEncoder postings,
      LiveVersions live) {
    return lifecycle.write(
        generation,
        "write",
        database ->
            held(database, generation, store -> store.apply(batch, nextOffsets, postings, live)));
  }

  /**
   * Tells whether a change would be taken; where a full disk has stopped RocksDB, opens it anew.
   *
   * @throws StoreFullException when there is no room for one
   */
  public void requireRoom() {
    lifecycle.write(
        StoreLifecycle.WHOLE,
        "look for room",
        database -> {
          database.rocks().room().require();
          return true;
        });
  }

  /**
   * Whether all that was written costs nothing more: RocksDB has no flush or compaction to do in
   * the background, in any generation. True for a moment only while others write.
   */
  public boolean isAtRest() {
    return lifecycle.read(
        StoreLifecycle.WHOLE, "look for work", database -> database.rocks().isAtRest());
  }

  /** What the vector index of a generation finds here, and leaves. */
  public IndexStorage indexStorage(int generation) {
    return new IndexStorage(this, generation);
  }

  /** What the vector indexes of all generations take together. */
  public IndexMemory indexMemory() {
    return indexMemory;
  }

  /** Bounds and the index of vectors. */
  public StoreSettings settings() {
    return settings;
  }

  /** Whether {@link #markComplete} was called for the generation. */
  public boolean isComplete(int generation) {
    return with(generation, "read", GenerationStore::isComplete);
  }

  /** Remembers that the generation has held everything of its topic once. */
  public void markComplete(int generation) {
    lifecycle.write(
        generation,
        "write",
        database ->
            held(
                database,
                generation,
                store -> {
                  store.markComplete();
                  return true;
                }));
  }

  /**
   * Remembers which generation searches go to, whatever vectors that one uses: what people have
   * seen is what its vectors showed.
   */
  public void markServed(int generation) {
    lifecycle.write(
        StoreLifecycle.WHOLE,
        "write",
        database -> {
          RocksResources rocks = database.rocks();
          rocks.db().put(rocks.writeOptions(), MetaKeys.SERVED, MetaKeys.served(generation));
          return generation;
        });
  }

  /** What {@link #markServed} was told last; empty where it never was. It may be gone since. */
  public OptionalInt served() {
    return lifecycle.read(
        StoreLifecycle.WHOLE,
        "read",
        database -> {
          byte[] value = database.rocks().db().get(MetaKeys.SERVED);
          return value == null ? OptionalInt.empty() : OptionalInt.of(MetaKeys.servedOf(value));
        });
  }

  /** Per partition of {@code vectors.<g>} the offset to go on from; empty at first. */
  public SortedMap<Integer, Long> offsets(int generation) {
    return with(generation, "read offsets", GenerationStore::offsets);
  }

  /** The live document of this id, without its vectors. */
  public Optional<StoredDocument> document(int generation, String id) {
    return with(generation, "read", store -> store.document(id));
  }

  /** Which version of a document the generation knows, a delete too; empty for one never seen. */
  public Optional<StoredVersion> version(int generation, String id) {
    return with(generation, "read", store -> Optional.ofNullable(store.version(id)));
  }

  /** The live document of this id and its vectors, both of one version. */
  public Optional<StoredVectors> vectors(int generation, String id) {
    return vectors(generation, List.of(id)).get(0);
  }

  /** For each id the same, all of one moment, in one read. */
  public List<Optional<StoredVectors>> vectors(int generation, List<String> ids) {
    return with(generation, "read", store -> store.pairs().of(ids));
  }

  /**
   * For each id the vectors alone, {@code [passages][dimensions]}, as {@link
   * StoredVectors#vectors}, each of whatever version is stored when it is read; null where there
   * are none.
   */
  public List<float @Nullable [][]> rows(int generation, List<String> ids) {
    return with(generation, "read", store -> store.pairs().rows(ids));
  }

  /** For each id the live document alone, likewise; null where there is none. */
  public List<@Nullable StoredDocument> documents(int generation, List<String> ids) {
    return with(generation, "read", store -> store.pairs().documents(ids));
  }

  /** What the generation holds; kept with the data, so this costs nothing. */
  public StoreCounts counts(int generation) {
    return with(generation, "count", GenerationStore::counts);
  }

  /** Bytes that the generation takes on disk, what is derived from it included; an estimate. */
  public long bytes(int generation) {
    return with(generation, "measure", GenerationStore::bytes) + derived.bytes(generation);
  }

  /**
   * Visits every live document in the order of ids, as of one moment. Closing the store ends the
   * scan with an {@link IllegalStateException}.
   */
  public void scan(int generation, Consumer<StoredVectors> visitor) {
    with(
        generation,
        "scan",
        store -> {
          store
              .pairs()
              .scan(
                  document -> {
                    checkOpen();
                    visitor.accept(document);
                  });
          return generation;
        });
  }

  /**
   * Ids of the documents that a generation has in a newer version than another one: changed, added
   * or deleted in the one and not yet in the other, which may never have had them. Reads what both
   * know of every document.
   */
  public List<String> idsAhead(int generation, int other) {
    return with(
        generation,
        "compare",
        ahead -> {
          List<String> ids = new ArrayList<>();
          ahead.scanVersions(
              "",
              (id, version) -> {
                checkOpen();
                if (isAhead(version, other, id)) {
                  ids.add(id);
                }
                return true;
              });
          return ids;
        });
  }

  /** Whether a generation has the document in a newer version than another one. */
  public boolean isAhead(int generation, int other, String id) {
    return version(generation, id).map(version -> isAhead(version, other, id)).orElse(false);
  }

  private boolean isAhead(StoredVersion version, int other, String id) {
    return version(other, id).map(version::supersedes).orElse(true);
  }

  /**
   * Forgets the deletes that are older than the retention, once one is by an eighth of it: versions
   * of all documents are read then, some thousand at a time, and nobody waits for it. Ends early
   * where the thread is interrupted; closing the store ends it with an {@link
   * IllegalStateException}.
   *
   * @return how many
   */
  public synchronized long purgeTombstones() {
    long retention = settings.deleteRetention().toMillis();
    long before = clock.millis() - retention;
    long purged = 0;
    for (int generation : generations().keySet()) {
      try {
        purged += purgeTombstones(generation, before, before - retention / PURGE_SHARE);
      } catch (IllegalArgumentException e) {
        // It has been dropped meanwhile, and its deletes with it.
      }
    }
    return purged;
  }

  private long purgeTombstones(int generation, long before, long due) {
    Optional<TombstoneSweep> begun =
        with(generation, PURGE, store -> store.beginSweep(before, due));
    long purged = 0;
    while (begun.filter(sweep -> !sweep.isDone()).isPresent()
        && !Thread.currentThread().isInterrupted()) {
      purged += with(generation, PURGE, begun.get()::goOn);
    }
    return purged;
  }

  /**
   * The store as it is at this moment, what is not in its files yet included. Writes and searches
   * go on.
   *
   * @return empty while another one is open; the caller closes it
   * @throws StoreFullException when there is no room for what must be written first
   */
  public Optional<StoreSnapshot> snapshot() {
    return snapshots.take(
        folder ->
            lifecycle.write(
                StoreLifecycle.WHOLE,
                "take a snapshot",
                database -> {
                  database.rocks().room().require();
                  database.rocks().checkpoint(folder);
                  return database.generations().keySet();
                }));
  }

  /** The directory that this store is in. */
  public Path directory() {
    return directory;
  }

  <T> T with(int generation, String action, Call<GenerationStore, T> call) {
    return lifecycle.read(generation, action, database -> held(database, generation, call));
  }

  private <T> T held(OpenDatabase database, int generation, Call<GenerationStore, T> call)
      throws RocksDBException {
    GenerationStore store = database.generation(generation);
    if (store == null) {
      throw new IllegalArgumentException(
          "generation %d is not in the store %s, which holds %s"
              .formatted(generation, directory, database.generations().keySet()));
    }
    return store.whileHeld(call);
  }

  /** RocksDB met a full disk: the next write opens it anew. */
  void stopped() {
    lifecycle.stopped();
  }

  /**
   * What somebody found to be damaged since the store was opened, a sentence for people: of this
   * generation, or of the store as a whole.
   */
  public Optional<String> damage(int generation) {
    return lifecycle.damage(generation);
  }

  void checkOpen() {
    lifecycle.requireOpen();
  }

  /** Closes the database. Idempotent. */
  @Override
  public void close() {
    lifecycle.close();
  }
}
