package dev.freshet.pipeline.ann;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.IntPredicate;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * An inverted file: vectors lie in cells, each around a centroid, and a search looks only at the
 * cells that are likely to hold its answer.
 *
 * <p>Of a vector there are a sketch, of what it differs from its cell's centroid by, and 8-bit
 * levels. By sketches most rows of a cell are passed over (see {@link Sketches}), by levels the
 * others are scored: scores are off by about a thousandth of the vectors' norms. Vectors themselves
 * are not kept. Cells are split, merged and corrected as the index is written (see {@link
 * CellUpkeep}); how many a search looks at follows from the recall that is asked for, by a
 * measurement that is repeated as data and queries change (see {@link Calibration}). Below a number
 * of passages the index is an {@link ExactIndex}.
 *
 * <p>Readers take no lock and never wait. Every search sees the index as of one change, as with
 * {@link ExactIndex}: a document's rows share a {@link Version}, which begins with one change and
 * ends with another, so it does not matter in which cells they lie. Where rows move from cell to
 * cell, a search that began before finds them in the old ones.
 *
 * <p>Any number of threads may search. Writers must be one at a time; splits and merges happen in
 * the writer's thread, each in about a millisecond, calibrations in the executor.
 */
public final class IvfIndex implements VectorIndex {
  private final int dimensions;
  private final IvfSettings settings;
  private final Executor calibrations;

  /** What there is until there are cells. */
  private volatile @Nullable ExactIndex exact;

  /** Set before the exact index is given up. */
  private volatile @Nullable IvfCells cells;

  /** As the other, calibrated in the common pool. */
  public IvfIndex(int dimensions, IvfSettings settings) {
    this(dimensions, settings, ForkJoinPool.commonPool());
  }

  /**
   * An empty index.
   *
   * @param dimensions length of every vector, at least 1
   * @param calibrations runs what takes as long as some hundred searches, at first as a hundred of
   *     every cell
   */
  public IvfIndex(int dimensions, IvfSettings settings, Executor calibrations) {
    this.dimensions = dimensions;
    this.settings = settings;
    this.calibrations = calibrations;
    this.exact = new ExactIndex(dimensions);
  }

  IvfIndex(int dimensions, IvfSettings settings, Executor calibrations, IvfCells cells) {
    this.dimensions = dimensions;
    this.settings = settings;
    this.calibrations = calibrations;
    this.cells = cells;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException when the ordinal is negative, there is no passage, or a vector
   *     is of other dimensions or not finite; the index is as before then
   */
  @Override
  public void upsert(int document, float[][] vectors) {
    ExactIndex small = exact;
    IvfCells large = cells;
    if (small != null) {
      small.upsert(document, vectors);
      if (small.passages() >= settings.threshold()) {
        cells = IvfCells.train(small, dimensions, settings, calibrations);
        exact = null;
      }
    } else if (large != null) {
      VectorChecks.document(document, vectors, dimensions);
      large.upsert(document, large.encode(vectors));
    }
  }

  /**
   * What the index keeps of a document, to be written beside it; empty while there are no cells. It
   * stays valid as long as the index, and what is restored from its snapshots. Writer only.
   *
   * @param vectors {@code [passages][dimensions]}, at least one
   */
  public byte[] encode(float[][] vectors) {
    IvfCells large = cells;
    if (large == null) {
      return new byte[0];
    }
    VectorChecks.document(0, vectors, dimensions);
    return PostingFormat.encode(large.encode(vectors));
  }

  /** As {@link #upsert} of the vectors that were encoded; not while there are no cells. */
  public void upsertEncoded(int document, byte[] posting) {
    IvfCells large = trained();
    large.upsert(document, PostingFormat.decode(posting, Rotation.padded(dimensions)));
  }

  /**
   * The cells, and what lies in them, as of one moment: any thread, beside the writer.
   *
   * @param names of documents by ordinal, the same after a restart and another for each version; 0
   *     for a document that is gone
   */
  public List<byte[]> snapshot(IntToLongFunction names) {
    IvfCells large = trained();
    return SnapshotFormat.encode(dimensions, large.centre(), large.table(), names);
  }

  @Override
  public void remove(int document) {
    ExactIndex small = exact;
    IvfCells large = cells;
    if (small != null) {
      small.remove(document);
    } else if (large != null) {
      large.remove(document);
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>{@code accept} is asked about every row that might be in the answer, more than once where a
   * document has several passages.
   *
   * @throws IllegalArgumentException when k is less than 1, or the query is of other dimensions or
   *     not finite
   */
  @Override
  public List<ScoredPassage> search(float[] query, int k, IntPredicate accept) {
    return search(query, k, accept, settings.recall());
  }

  /** As {@link #search(float[], int, IntPredicate)} where every document is accepted. */
  public List<ScoredPassage> search(float[] query, int k) {
    return search(query, k, CellSearch.EVERYTHING, settings.recall());
  }

  /** As {@link #search(float[], int, IntPredicate, double)} where every document is accepted. */
  public List<ScoredPassage> search(float[] query, int k, double recall) {
    return search(query, k, CellSearch.EVERYTHING, recall);
  }

  /**
   * As {@link #search(float[], int, IntPredicate)}.
   *
   * @param recall share of the k nearest that is to be found on average, above 0; 1 and more looks
   *     at every cell
   */
  public List<ScoredPassage> search(float[] query, int k, IntPredicate accept, double recall) {
    return search(query, k, 0, accept, recall);
  }

  /** As {@link #search(float[], int, int, IntPredicate, double)} where all are accepted. */
  public List<ScoredPassage> search(float[] query, int k, int spare, double recall) {
    return search(query, k, spare, CellSearch.EVERYTHING, recall);
  }

  /**
   * As {@link #search(float[], int, IntPredicate, double)}, for a caller who has the vectors: what
   * is too near the k-th to tell, by scores of levels, whether it belongs to the nearest k follows
   * them.
   *
   * <p>While there are no cells scores are exact, and nothing follows.
   *
   * @param query {@code [dimensions]}
   * @param k at least 1
   * @param spare documents that may follow at most, 0 or more
   * @param recall share of the k nearest that is to be found on average, above 0; 1 and more looks
   *     at every cell
   * @return at most {@code k + spare}, best first
   * @throws IllegalArgumentException when k is less than 1, or the query is of other dimensions or
   *     not finite
   */
  public List<ScoredPassage> search(
      float[] query, int k, int spare, IntPredicate accept, double recall) {
    ExactIndex small = exact;
    if (small != null) {
      return small.search(query, k, accept);
    }
    VectorChecks.query(query, k, dimensions);
    return trained().search(query, k, spare, accept, recall);
  }

  IvfCells trained() {
    IvfCells large = cells;
    if (large == null) {
      throw new IllegalStateException("there is neither an exact index nor one of cells");
    }
    return large;
  }

  /** Whether there are cells. */
  public boolean hasCells() {
    return cells != null;
  }

  @Override
  public int documents() {
    ExactIndex small = exact;
    return small != null ? small.documents() : trained().documents();
  }

  @Override
  public long passages() {
    ExactIndex small = exact;
    return small != null ? small.passages() : trained().passages();
  }

  @Override
  public long memoryBytes() {
    ExactIndex small = exact;
    return small != null ? small.memoryBytes() : trained().memoryBytes();
  }
}
