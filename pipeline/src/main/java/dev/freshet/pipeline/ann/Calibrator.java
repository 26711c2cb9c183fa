package dev.freshet.pipeline.ann;

import java.util.ArrayList;
import java.util.List;

/**
 * Measures a {@link Demand}: scans cells for a query, and looks what finding its true neighbours
 * would have taken. All cells tell it without a filter and under two that are tried out; those that
 * are likely to hold the neighbours tell nearly the same without a filter, for a fraction of the
 * work. It reads as any search does, and blocks nobody. One per measurement and thread.
 */
final class Calibrator {
  /** Neighbours of a query that count. */
  static final int NEIGHBOURS = 10;

  /** Passes over a neighbour once in ten thousand. */
  private static final float SLACK = 3.7f;

  private static final int BLOCK = CellSearch.BLOCK;

  /** A filter that goes with the vectors is tried out: it leaves one cell in so many. */
  private static final int CELL_FILTER = 4;

  /** A narrow one that does not: it leaves so many rows. */
  private static final int NARROW_FILTER_LEAVES = 256;

  /** Spreads rows evenly (Knuth's multiplicative hash). */
  private static final int SCATTER = 0x9e37_79b1;

  private final CellView view;
  private final QueryCode query;
  private final int self;
  private final short[] sums = new short[Kernels.SUMS];
  private final float[] bounds = new float[BLOCK];
  private final int[] remaining = new int[BLOCK];

  private final Neighbourhood all = new Neighbourhood(1, 1);

  /** Without a filter, and under each that is tried out. */
  private final List<Neighbourhood> neighbourhoods;

  private Calibrator(CellView view, Sample sample, List<Neighbourhood> filtered) {
    this.view = view;
    this.query = new QueryCode(sample.rotated());
    this.self = sample.document();
    this.neighbourhoods = new ArrayList<>(filtered);
    neighbourhoods.add(0, all);
  }

  /**
   * A query, and the document that it was taken from.
   *
   * @param document ordinal that does not count as a neighbour of itself; -1 for none
   */
  record Sample(float[] rotated, int document) {}

  /**
   * What a search takes the scores in a cell to be.
   *
   * @param variance see {@link CellQueue#variance}
   */
  private record Scores(float mean, float spread, float variance) {}

  /**
   * @param cell that it is in
   * @param estimate of the score, by what is scanned of rows
   * @param error standard deviation of the estimate
   */
  private record Neighbour(int document, float score, Scores cell, float estimate, float error) {

    /** Variances by which the cell's mean was below that of the best cell. */
    float width(float nearest) {
      float variance = cell.variance();
      return variance > 0 ? Math.max(0, (nearest - cell.mean()) / variance) : 0;
    }

    /** Spreads by which the last neighbour was above the cell's mean. */
    float reach(float last) {
      float spread = cell.spread();
      return spread > 0 ? Math.max(0, (last - cell.mean()) / spread) : 0;
    }

    /** Standard deviations that the bound had to allow. */
    float slack(float last) {
      return error > 0 ? Math.max(0, (last - estimate) / error) : 0;
    }
  }

  /** The nearest that a filter leaves. */
  private static final class Neighbourhood {
    /** Hashes of cells and of rows below these pass, as numbers without a sign. */
    private final long cellLimit;

    private final long rowLimit;

    /** Best first. */
    private final List<Neighbour> nearest = new ArrayList<>(NEIGHBOURS + 1);

    private float threshold = Float.NEGATIVE_INFINITY;

    /** One cell in so many passes, and of its rows one in so many. */
    Neighbourhood(int cells, int rows) {
      this.cellLimit = (1L << Integer.SIZE) / cells;
      this.rowLimit = (1L << Integer.SIZE) / rows;
    }

    boolean acceptsCell(int cell) {
      return Integer.toUnsignedLong(cell) < cellLimit;
    }

    boolean accepts(int cell, int row) {
      return acceptsCell(cell) && Integer.toUnsignedLong(row) < rowLimit;
    }

    void offer(Neighbour found) {
      if (found.score() <= threshold) {
        return;
      }
      for (int i = 0; i < nearest.size(); i++) {
        if (nearest.get(i).document() == found.document()) {
          if (nearest.get(i).score() >= found.score()) {
            return;
          }
          nearest.remove(i);
          break;
        }
      }
      int at = nearest.size();
      while (at > 0 && nearest.get(at - 1).score() < found.score()) {
        at--;
      }
      nearest.add(at, found);
      if (nearest.size() > NEIGHBOURS) {
        nearest.remove(NEIGHBOURS);
      }
      threshold = nearest.size() < NEIGHBOURS ? Float.NEGATIVE_INFINITY : last();
    }

    float last() {
      return nearest.get(nearest.size() - 1).score();
    }
  }

  /** Scans all cells. */
  static Demand measure(CellView view, Sample sample) {
    int narrow = Math.max(1, view.documents() / NARROW_FILTER_LEAVES);
    List<Neighbourhood> filtered =
        List.of(new Neighbourhood(CELL_FILTER, 1), new Neighbourhood(1, narrow));
    Calibrator calibrator = new Calibrator(view, sample, filtered);
    float nearest = calibrator.scan(CellQueue.byScore(view.table(), calibrator.query), true);
    List<List<Float>> reaches = new ArrayList<>();
    for (Neighbourhood left : calibrator.neighbourhoods) {
      reaches.add(left.nearest.stream().map(found -> found.reach(left.last())).toList());
    }
    return calibrator.demand(nearest, reaches);
  }

  /**
   * Scans the cells that a search of this width looks at; filters are not tried out.
   *
   * @param width variances by which the mean of a cell may be below that of the best cell
   */
  static Demand measureNear(CellView view, Sample sample, float width) {
    Calibrator calibrator = new Calibrator(view, sample, List.of());
    CellQueue queue = CellQueue.byBest(view.table(), calibrator.query, width);
    return calibrator.demand(calibrator.scan(queue, false), List.of());
  }

  private Demand demand(float nearest, List<List<Float>> reaches) {
    return new Demand(
        all.nearest.stream().map(found -> found.width(nearest)).toList(),
        all.nearest.stream().map(found -> found.slack(all.last())).toList(),
        reaches);
  }

  /**
   * @param everything whether those are scanned, too, that do not come near the best cell
   * @return the greatest mean of a cell
   */
  private float scan(CellQueue queue, boolean everything) {
    float nearest = Float.NEGATIVE_INFINITY;
    while (!queue.isEmpty()) {
      Cell cell = queue.next();
      nearest = Math.max(nearest, queue.score());
      if (!everything && queue.key() < nearest) {
        break;
      }
      scan(cell, scores(queue));
    }
    return nearest;
  }

  private Scores scores(CellQueue queue) {
    float spread = queue.spread();
    return new Scores(queue.score(), spread * query.norm(), queue.variance(spread));
  }

  private void scan(Cell cell, Scores scores) {
    Rows rows = cell.rows();
    int count = rows.published();
    int cellHash = Long.hashCode(cell.id()) * SCATTER;
    for (int first = 0; first < count; first += BLOCK) {
      int block = Math.min(BLOCK, count - first);
      rows.sketches().bound(query, SLACK, first, block, sums, bounds, 0);
      int kept =
          Kernels.atLeast(bounds, block, lowestThreshold(cellHash) - scores.mean(), remaining);
      for (int i = 0; i < kept; i++) {
        int row = first + remaining[i];
        // A row passes by its place: to ask for its document would cost more than its bound.
        int rowHash = (cellHash + row) * SCATTER;
        float bound = scores.mean() + bounds[remaining[i]];
        if (isAwaited(bound, cellHash, rowHash)) {
          score(cell, scores, rows, row, bound, rowHash);
        }
      }
    }
  }

  private float lowestThreshold(int cellHash) {
    float lowest = Float.POSITIVE_INFINITY;
    for (Neighbourhood left : neighbourhoods) {
      if (left.acceptsCell(cellHash)) {
        lowest = Math.min(lowest, left.threshold);
      }
    }
    return lowest;
  }

  private boolean isAwaited(float bound, int cellHash, int rowHash) {
    for (Neighbourhood left : neighbourhoods) {
      if (bound > left.threshold && left.accepts(cellHash, rowHash)) {
        return true;
      }
    }
    return false;
  }

  private void score(Cell cell, Scores scores, Rows rows, int row, float bound, int rowHash) {
    Version version = rows.version(row);
    if (version.document() == self || !version.isLive(view.change()) || cell.hasLeft(row)) {
      return;
    }
    float error = rows.sketches().error(row) * query.norm();
    float score = rows.codes().score(query.vector(), row);
    Neighbour found =
        new Neighbour(version.document(), score, scores, bound - SLACK * error, error);
    int cellHash = Long.hashCode(cell.id()) * SCATTER;
    for (Neighbourhood left : neighbourhoods) {
      if (left.accepts(cellHash, rowHash)) {
        left.offer(found);
      }
    }
  }
}
