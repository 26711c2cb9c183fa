package dev.freshet.pipeline.ann;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Exact search: every vector is scored. It needs no training and has no recall to lose, and it is
 * what approximate indexes are measured against.
 *
 * <p>Readers take no lock and never wait. Every search sees the index as of one change: changes are
 * numbered, a document's rows carry the numbers of the change that made them and of the one that
 * ended them, and a search skips rows that were not there at the change it began with. A
 * replacement ends the old rows and begins the new ones with one number, so no search sees both,
 * neither or a part.
 *
 * <p>Rows lie in {@linkplain Chunk chunks}. When more than a quarter of a full chunk is dead, its
 * live runs are moved behind the others, as one more change, and the chunk is dropped. A search
 * that began before goes on in the chunks that it took; the garbage collector frees them after it.
 *
 * <p>Any number of threads may search. Writers must be one at a time, and are checked for nothing
 * else.
 */
public final class ExactIndex implements VectorIndex {
  /** 8 MiB a chunk: a pause of milliseconds to move one, and enough to share out among threads. */
  private static final int CHUNK_FLOATS = 2 << 20;

  private static final int MIN_CHUNK_ROWS = 64;

  /** Below this a second thread costs more than it gains. */
  private static final long PARALLEL_FLOATS = 4L << 20;

  private static final int DEAD_SHARE = 4;

  private final int dimensions;
  private final int parallelism;
  private final int chunkRows;

  /**
   * What readers search.
   *
   * @param since the first change that can be searched here: older ones may lack rows
   */
  private record State(List<Chunk> chunks, long since, long floats) {}

  private volatile State state = new State(List.of(), 0, 0);

  /** The last change that is complete. */
  private volatile long change;

  private final AtomicInteger documents = new AtomicInteger();
  private final AtomicLong passages = new AtomicLong();

  /** Per ordinal where its live run begins; the writer's own. */
  private @Nullable Chunk[] chunkOf = new Chunk[MIN_CHUNK_ROWS];

  private int[] runOf = new int[MIN_CHUNK_ROWS];

  /** As {@link #ExactIndex(int, int)} with a thread for each processor. */
  public ExactIndex(int dimensions) {
    this(dimensions, Runtime.getRuntime().availableProcessors());
  }

  /**
   * An empty index.
   *
   * @param dimensions length of every vector, at least 1
   * @param parallelism threads a search may use, at least 1; small indexes use the caller's alone
   */
  public ExactIndex(int dimensions, int parallelism) {
    this(dimensions, parallelism, Math.max(MIN_CHUNK_ROWS, CHUNK_FLOATS / Math.max(1, dimensions)));
  }

  ExactIndex(int dimensions, int parallelism, int chunkRows) {
    if (dimensions < 1 || parallelism < 1) {
      throw new IllegalArgumentException(
          "%d dimensions and %d threads, both must be at least 1"
              .formatted(dimensions, parallelism));
    }
    this.dimensions = dimensions;
    this.parallelism = parallelism;
    this.chunkRows = chunkRows;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException when the ordinal is negative, there is no passage, or a vector
   *     is of other dimensions or not finite; the index is as before then
   */
  @Override
  public void upsert(int document, float[][] vectors) {
    VectorChecks.document(document, vectors, dimensions);
    float[] rows = rows(vectors);
    long next = change + 1;
    Chunk chunk = room(vectors.length);
    int run = chunk.append(document, rows, 0, vectors.length, next);
    end(document, next);
    place(document, chunk, run);
    documents.incrementAndGet();
    passages.addAndGet(vectors.length);
    change = next;
    compact();
  }

  @Override
  public void remove(int document) {
    long next = change + 1;
    end(document, next);
    change = next;
    compact();
  }

  private float[] rows(float[][] vectors) {
    float[] rows = new float[Math.multiplyExact(vectors.length, dimensions)];
    for (int i = 0; i < vectors.length; i++) {
      System.arraycopy(vectors[i], 0, rows, i * dimensions, dimensions);
    }
    return rows;
  }

  /** The chunk that the next run goes to: the last one, or a new one behind it. */
  private Chunk room(int rows) {
    State now = state;
    int count = now.chunks.size();
    if (count > 0 && now.chunks.get(count - 1).hasRoom(rows)) {
      return now.chunks.get(count - 1);
    }
    // A small collection gets small chunks, each as large as all before it.
    long wanted = Math.max(MIN_CHUNK_ROWS, now.floats / dimensions);
    Chunk chunk = new Chunk((int) Math.max(rows, Math.min(chunkRows, wanted)), dimensions);
    List<Chunk> chunks = new ArrayList<>(now.chunks);
    chunks.add(chunk);
    state = new State(List.copyOf(chunks), now.since, now.floats + chunk.vectors.length);
    return chunk;
  }

  /** Visits every document, with copies of its vectors. Writer only. */
  void forEach(BiConsumer<Integer, float[][]> visitor) {
    for (int document = 0; document < chunkOf.length; document++) {
      Chunk chunk = chunkOf[document];
      if (chunk != null) {
        int run = runOf[document];
        float[][] vectors = new float[chunk.runLength(run)][];
        for (int i = 0; i < vectors.length; i++) {
          int from = (run + i) * dimensions;
          vectors[i] = Arrays.copyOfRange(chunk.vectors, from, from + dimensions);
        }
        visitor.accept(document, vectors);
      }
    }
  }

  /** Ends the document's run, if it has one. */
  private void end(int document, long death) {
    Chunk chunk = document >= 0 && document < chunkOf.length ? chunkOf[document] : null;
    if (chunk != null) {
      int run = runOf[document];
      documents.decrementAndGet();
      passages.addAndGet(-chunk.runLength(run));
      chunk.kill(run, death);
      chunkOf[document] = null;
    }
  }

  private void place(int document, Chunk chunk, int run) {
    if (document >= chunkOf.length) {
      int length = Math.max(document + 1, chunkOf.length + (chunkOf.length >> 1));
      chunkOf = Arrays.copyOf(chunkOf, length);
      runOf = Arrays.copyOf(runOf, length);
    }
    chunkOf[document] = chunk;
    runOf[document] = run;
  }

  /** Empties and drops the chunks, but for the last one, in which too much is dead. */
  private void compact() {
    List<Chunk> chunks = state.chunks;
    for (int i = 0; i < chunks.size() - 1; i++) {
      Chunk chunk = chunks.get(i);
      if (chunk.deadRows() > chunk.published() / DEAD_SHARE) {
        drop(chunk);
      }
    }
  }

  /** Moves what lives in a chunk behind the others, and drops it. */
  private void drop(Chunk chunk) {
    long next = change + 1;
    int rows = chunk.published();
    for (int run = 0; run < rows; ) {
      int length = chunk.runLength(run);
      if (chunk.isAlive(run)) {
        int document = chunk.document(run);
        Chunk target = room(length);
        place(document, target, target.append(document, chunk.vectors, run, length, next));
        chunk.kill(run, next);
      }
      run += length;
    }
    // Searches see the move first; then those that begin with it no longer need the chunk.
    change = next;
    List<Chunk> chunks = new ArrayList<>(state.chunks);
    chunks.remove(chunk);
    state = new State(List.copyOf(chunks), next, state.floats - chunk.vectors.length);
  }

  /**
   * {@inheritDoc}
   *
   * <p>{@code accept} is asked only about documents that would be in the answer, by several threads
   * at once where the index is large.
   *
   * @throws IllegalArgumentException when k is less than 1, or the query is of other dimensions or
   *     not finite
   */
  @Override
  public List<ScoredPassage> search(float[] query, int k, IntPredicate accept) {
    VectorChecks.query(query, k, dimensions);
    // A state that is read after the change holds all of its rows, unless it was compacted since.
    long seen = change;
    State now = state;
    while (seen < now.since) {
      seen = change;
      now = state;
    }
    AtomicInteger nextChunk = new AtomicInteger();
    List<ChunkSearch> searches = new ArrayList<>();
    for (int i = threads(now); i > 0; i--) {
      searches.add(new ChunkSearch(now.chunks, nextChunk, query, k, seen, accept));
    }
    List<TopDocuments> found = new ArrayList<>();
    if (searches.size() == 1) {
      found.add(searches.get(0).compute());
    } else {
      ForkJoinTask.invokeAll(searches).forEach(done -> found.add(done.join()));
    }
    return TopDocuments.merge(found, k);
  }

  private int threads(State now) {
    return now.floats < PARALLEL_FLOATS ? 1 : Math.min(parallelism, now.chunks.size());
  }

  @Override
  public int documents() {
    return documents.get();
  }

  @Override
  public long passages() {
    return passages.get();
  }

  @Override
  public long memoryBytes() {
    long table = (long) runOf.length * (Integer.BYTES + Long.BYTES);
    return state.chunks.stream().mapToLong(Chunk::memoryBytes).sum() + table;
  }
}
