package dev.freshet.pipeline.lexical;

import dev.freshet.model.checkpoint.Folders;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.Position;
import dev.freshet.training.retrieval.Bm25;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.store.NRTCachingDirectory;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The words of one generation's documents: {@link Bm25} in a Lucene index in a folder of its own.
 *
 * <p>It is derived. Every commit carries, per partition of {@code vectors.<g>}, the offset up to
 * which it follows the store; an index that {@linkplain #agreesWith disagrees} with the store is
 * brought up to date by {@link #catchUp}. Commits are rare, because they wait for the disk: {@code
 * kill -9} loses what came since the last one, and the catch-up brings it back. A folder that
 * cannot be read is deleted and begun anew.
 *
 * <p>Memory is bounded by two buffers of 32 MiB, for words that are not on disk yet and for small
 * new segments; the rest is Lucene's files, mapped.
 *
 * <p>One writer ({@link #put}, {@link #remove}, {@link #settle}, {@link #catchUp}); any number of
 * searches beside it, which see all that was settled before they began. None of these threads may
 * be interrupted: Java closes a file that an interrupted thread writes, and Lucene gives up then.
 *
 * <p>Lucene gives up on a full disk, too. Every method throws a {@link LexicalFullException} from
 * then on, and the index is to be closed; the one that is opened next catches up.
 */
public final class LexicalIndex implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LexicalIndex.class);

  /** Of the fields and of how words are made; another one is begun anew. */
  private static final String VERSION = "1";

  private static final String VERSION_KEY = "version";
  private static final String OFFSET_KEY = "offset.";

  /** Of a commit that agrees with no store. */
  private static final String AHEAD_KEY = "ahead";

  private static final double BUFFER_MEBIBYTES = 32;
  private static final double SMALL_SEGMENT_MEBIBYTES = 4;

  /** What a catch-up may have to write again. */
  static final Duration COMMIT_INTERVAL = Duration.ofSeconds(10);

  /** What the next search would have to wait for: some tens of milliseconds. */
  private static final int MAX_UNSEEN = 5_000;

  /** Never closed: a search may be under way when its index is. */
  private static final Analyzer ANALYZER = Bm25.analyzer();

  private final Path folder;
  private final LongSupplier nanoTime;
  private final Directory directory;
  private final IndexWriter writer;
  private final SearcherManager searchers;

  /** Changes written, and those of them that searches see; the writer alone adds. */
  private final AtomicLong written = new AtomicLong();

  private final AtomicLong seen = new AtomicLong();

  /** What the index follows the store up to; null while that is not known. Writer only. */
  private @Nullable Map<Integer, Long> offsets;

  private boolean uncommitted;
  private long committedNanos;

  private LexicalIndex(Path folder, LexicalFiles files, LongSupplier nanoTime) throws IOException {
    this.folder = folder;
    this.nanoTime = nanoTime;
    this.committedNanos = nanoTime.getAsLong();
    Files.createDirectories(folder);
    IndexWriterConfig config =
        new IndexWriterConfig(ANALYZER)
            .setSimilarity(Bm25.similarity())
            .setRAMBufferSizeMB(BUFFER_MEBIBYTES)
            .setCommitOnClose(false);
    directory =
        new NRTCachingDirectory(files.open(folder), SMALL_SEGMENT_MEBIBYTES, BUFFER_MEBIBYTES);
    IndexWriter opened = null;
    try {
      opened = new IndexWriter(directory, config);
      writer = opened;
      offsets = committedOffsets(writer);
      searchers = new SearcherManager(writer, new Searchers());
      checkIntegrity();
    } catch (IOException | RuntimeException | Error e) {
      if (opened != null) {
        closeAfter(e, opened::rollback);
      }
      closeAfter(e, directory::close);
      throw e;
    }
  }

  /** Without one, Lucene would score by the settings that it has for nothing said. */
  private static final class Searchers extends SearcherFactory {
    @Override
    public IndexSearcher newSearcher(
        org.apache.lucene.index.IndexReader reader,
        org.apache.lucene.index.@Nullable IndexReader previous) {
      IndexSearcher searcher = new IndexSearcher(reader);
      searcher.setSimilarity(Bm25.similarity());
      searcher.setQueryCache(null); // queries are people's, and rarely come twice
      return searcher;
    }
  }

  @FunctionalInterface
  private interface Closing {
    void close() throws IOException;
  }

  private static void closeAfter(Throwable reason, Closing closing) {
    try {
      closing.close();
    } catch (IOException | RuntimeException e) {
      reason.addSuppressed(e);
    }
  }

  private static @Nullable Map<Integer, Long> committedOffsets(IndexWriter writer)
      throws IOException {
    Iterable<Map.Entry<String, String>> data = writer.getLiveCommitData();
    Map<String, String> committed = new HashMap<>();
    if (data != null) {
      data.forEach(entry -> committed.put(entry.getKey(), entry.getValue()));
    }
    String version = committed.remove(VERSION_KEY);
    if (version == null && writer.getDocStats().maxDoc == 0) {
      return null;
    }
    if (!VERSION.equals(version)) {
      throw new IOException(
          "it has version %s, this build reads version %s".formatted(version, VERSION));
    }
    if (committed.containsKey(AHEAD_KEY)) {
      return null;
    }
    Map<Integer, Long> offsets = new TreeMap<>();
    committed.forEach(
        (key, value) -> {
          if (key.startsWith(OFFSET_KEY)) {
            offsets.put(
                Integer.parseInt(key.substring(OFFSET_KEY.length())), Long.parseLong(value));
          }
        });
    return offsets;
  }

  /** Lucene itself finds damage where it reads, which may be in the middle of an answer. */
  private void checkIntegrity() throws IOException {
    IndexSearcher searcher = searchers.acquire();
    try {
      for (LeafReaderContext segment : searcher.getIndexReader().leaves()) {
        segment.reader().checkIntegrity();
      }
    } finally {
      searchers.release(searcher);
    }
  }

  /**
   * Opens the index, making it where there is none. What cannot be read is deleted first.
   *
   * @param folder of this index alone
   * @throws LexicalIndexException when the folder is in use or cannot be written, a {@link
   *     LexicalFullException} where its disk is full; nothing stays open then
   */
  public static LexicalIndex open(Path folder, LexicalFiles files) {
    return open(folder, files, System::nanoTime);
  }

  static LexicalIndex open(Path folder, LexicalFiles files, LongSupplier nanoTime) {
    try {
      try {
        return new LexicalIndex(folder, files, nanoTime);
      } catch (LockObtainFailedException e) {
        throw new LexicalIndexException(
            "The lexical index %s is in use. Stop the process that uses it.".formatted(folder), e);
      } catch (IOException | RuntimeException e) {
        if (LexicalFullException.isFull(e)) {
          throw full(folder, e);
        }
        LOG.warn(
            "the lexical index {} cannot be read, it is deleted and made anew from the store: {}",
            folder,
            e.toString());
        Folders.delete(folder);
        return new LexicalIndex(folder, files, nanoTime);
      }
    } catch (IOException e) {
      if (LexicalFullException.isFull(e)) {
        throw full(folder, e);
      }
      throw new LexicalIndexException(
          "The lexical index %s cannot be opened (%s). Check the disk and the permissions."
              .formatted(folder, e),
          e);
    }
  }

  /**
   * Whether the index holds what the store holds, as far as can be told without reading both.
   *
   * @param storeOffsets per partition of {@code vectors.<g>} the offset that the store goes on from
   * @param documents live documents in the store
   */
  public boolean agreesWith(Map<Integer, Long> storeOffsets, long documents) {
    return storeOffsets.equals(offsets) && writer.getDocStats().numDocs == documents;
  }

  /** Begins to make the index agree with the store. Until that is finished nothing is committed. */
  public LexicalCatchUp catchUp() {
    offsets = null;
    try {
      return new LexicalCatchUp(this, searchers);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /**
   * Puts a version of a document in place of the one that is there. Searches see it once it is
   * {@linkplain #settle settled}, or before.
   *
   * @throws LexicalIndexException when it cannot be written
   */
  public void put(Document document, Position position) {
    try {
      writer.updateDocument(
          IndexedDocument.key(new BytesRef(document.id())), IndexedDocument.of(document, position));
      changed();
    } catch (IOException | IllegalStateException e) {
      throw failed(e);
    }
  }

  /**
   * Takes a document out; without effect where there is none.
   *
   * @throws LexicalIndexException when it cannot be written
   */
  public void remove(String id) {
    try {
      remove(new BytesRef(id));
    } catch (IOException | IllegalStateException e) {
      throw failed(e);
    }
  }

  void remove(BytesRef id) throws IOException {
    writer.deleteDocuments(IndexedDocument.key(id));
    changed();
  }

  private void changed() throws IOException {
    uncommitted = true;
    // Nobody searches while it catches up, and large segments are made faster than small ones.
    if (written.incrementAndGet() - seen.get() >= MAX_UNSEEN && offsets != null) {
      refresh();
    }
  }

  /**
   * The store takes changes next that are ahead of all offsets. Commits that nothing here agrees
   * with it, until they are settled: if the process dies in between, neither offsets nor counts
   * would tell that they are missing.
   *
   * @throws LexicalIndexException when that cannot be written
   */
  public void runAhead() {
    if (offsets == null) {
      return;
    }
    uncommitted = true;
    try {
      commit(Map.of(AHEAD_KEY, "true"));
    } catch (IOException | IllegalStateException e) {
      throw failed(e);
    }
  }

  /**
   * All changes up to these offsets have been written here too. Commits them where the last commit
   * is long ago, and changes that are ahead of all offsets at once: by offsets nobody could tell
   * whether they are here.
   *
   * @param nextOffsets per partition of {@code vectors.<g>}, those that changed; none where changes
   *     are ahead of them
   * @throws LexicalIndexException when it cannot be written
   */
  public void settle(Map<Integer, Long> nextOffsets) {
    if (offsets == null) {
      return;
    }
    uncommitted |= !nextOffsets.isEmpty();
    offsets.putAll(nextOffsets);
    boolean isLongAgo = nanoTime.getAsLong() - committedNanos >= COMMIT_INTERVAL.toNanos();
    if (uncommitted && (isLongAgo || nextOffsets.isEmpty())) {
      try {
        commit();
      } catch (IOException | IllegalStateException e) {
        throw failed(e);
      }
    }
  }

  /** The index holds what the store holds up to these offsets. */
  void agree(Map<Integer, Long> storeOffsets) throws IOException {
    offsets = new TreeMap<>(storeOffsets);
    commit();
    refresh();
  }

  private void commit() throws IOException {
    if (offsets == null) {
      return;
    }
    Map<String, String> state = new LinkedHashMap<>();
    offsets.forEach((partition, offset) -> state.put(OFFSET_KEY + partition, offset.toString()));
    commit(state);
    uncommitted = false;
    committedNanos = nanoTime.getAsLong();
  }

  private void commit(Map<String, String> state) throws IOException {
    Map<String, String> data = new LinkedHashMap<>(state);
    data.put(VERSION_KEY, VERSION);
    writer.setLiveCommitData(data.entrySet());
    writer.commit();
  }

  /**
   * Begins a search, which sees all that was settled before. Of a query of more than 1,024
   * different words the first 1,024 count.
   *
   * @throws IllegalStateException when the index is closed
   * @throws LexicalIndexException when the index cannot be read, or what was settled cannot be
   *     written
   */
  public LexicalSearch search(String query) {
    Map<String, Integer> words = Bm25.queryWords(ANALYZER, query);
    try {
      refresh();
      return new LexicalSearch(searchers, searchers.acquire(), ANALYZER, words);
    } catch (IOException e) {
      throw failed(e);
    } catch (IllegalStateException e) {
      throw LexicalFullException.isFull(writer.getTragicException()) ? failed(e) : e;
    }
  }

  /** Lets searches see what is written. Waits for no write, but for a refresh that is under way. */
  private void refresh() throws IOException {
    long now = written.get();
    if (seen.get() < now) {
      searchers.maybeRefreshBlocking();
      seen.accumulateAndGet(now, Math::max);
    }
  }

  LexicalIndexException failed(Exception e) {
    // What Lucene met first, perhaps in a thread that merges: afterwards it says that it is closed.
    if (LexicalFullException.isFull(e)
        || LexicalFullException.isFull(writer.getTragicException())) {
      return full(folder, e);
    }
    return new LexicalIndexException(
        "The lexical index %s cannot be used (%s). Check the disk and restart: it is made to agree with the store then."
            .formatted(folder, e),
        e);
  }

  private static LexicalFullException full(Path folder, Exception e) {
    return new LexicalFullException(
        "The disk that holds the lexical index %s is full (%s). Free space: it is made to agree with the store then. Until then words are not searched; mode dense is."
            .formatted(folder, e),
        e);
  }

  @Override
  public String toString() {
    return "the lexical index " + folder;
  }

  /**
   * Commits what is settled, unless writing failed before, and closes. Searches that are under way
   * end as they began. Idempotent.
   */
  @Override
  public void close() {
    try (directory;
        searchers) {
      try {
        if (writer.isOpen() && uncommitted) {
          commit();
        }
      } finally {
        writer.rollback();
      }
    } catch (IOException | IllegalStateException e) {
      // The next start finds out that it is behind.
      LOG.warn("the lexical index {} was not closed cleanly", folder, e);
    }
  }
}
