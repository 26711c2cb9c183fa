package dev.freshet.pipeline.ann;

import java.util.ArrayList;
import java.util.List;

/**
 * Measures a {@link Demand}: scans all cells for a query, and looks what finding its true
 * neighbours would have taken, without a filter and under two that are tried out. It reads as any
 * search does, and blocks nobody. One per measurement and thread.
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
  private final short[] sums = new short[BLOCK];
  private final float[] bounds = new float[BLOCK];

  private final Neighbourhood all;
  private final Neighbourhood inCells;
  private final Neighbourhood inRows;
  private final List<Neighbourhood> neighbourhoods;

  private Calibrator(CellView view, Sample sample) {
    this.view = view;
    this.query = new QueryCode(sample.rotated());
    this.self = sample.document();
    int narrow = Math.max(1, view.documents() / NARROW_FILTER_LEAVES);
    all = new Neighbourhood(1, 1);
    inCells = new Neighbourhood(CELL_FILTER, 1);
    inRows = new Neighbourhood(1, narrow);
    neighbourhoods = List.of(all, inCells, inRows);
  }

  /**
   * A query, and the document that it was taken from.
   *
   * @param document ordinal that does not count as a neighbour of itself; -1 for none
   */
  record Sample(float[] rotated, int document) {}

  /**
   * @param mean of the scores in the neighbour's cell
   * @param spread of them, as the search takes it to be
   * @param estimate of the score, by what is scanned of rows
   * @param error standard deviation of the estimate
   */
  private record Neighbour(
      int document, float score, float mean, float spread, float estimate, float error) {

    /** Spreads by which the cell's mean was below that of the best cell. */
    float width(float nearest) {
      return spread > 0 ? Math.max(0, (nearest - mean) / spread) : 0;
    }

    /** Spreads by which the last neighbour was above the cell's mean. */
    float reach(float last) {
      return spread > 0 ? Math.max(0, (last - mean) / spread) : 0;
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

    boolean accepts(int cell, int row) {
      return Integer.toUnsignedLong(cell) < cellLimit && Integer.toUnsignedLong(row) < rowLimit;
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

  static Demand measure(CellView view, Sample sample) {
    Calibrator calibrator = new Calibrator(view, sample);
    float nearest = calibrator.scanAll();
    List<List<Float>> reaches = new ArrayList<>();
    for (Neighbourhood left : calibrator.neighbourhoods) {
      reaches.add(left.nearest.stream().map(found -> found.reach(left.last())).toList());
    }
    Neighbourhood all = calibrator.all;
    return new Demand(
        all.nearest.stream().map(found -> found.width(nearest)).toList(),
        all.nearest.stream().map(found -> found.slack(all.last())).toList(),
        reaches);
  }

  /**
   * @return the greatest mean of a cell
   */
  private float scanAll() {
    float nearest = Float.NEGATIVE_INFINITY;
    CellQueue queue = CellQueue.byScore(view.table(), query, 0);
    while (!queue.isEmpty()) {
      Cell cell = queue.next();
      nearest = Math.max(nearest, queue.score());
      scan(cell, queue.score(), queue.spread() * query.norm());
    }
    return nearest;
  }

  private void scan(Cell cell, float mean, float spread) {
    Rows rows = cell.rows();
    int count = rows.published();
    int cellHash = Long.hashCode(cell.id()) * SCATTER;
    for (int first = 0; first < count; first += BLOCK) {
      int block = Math.min(BLOCK, count - first);
      rows.sketches().bound(query, SLACK, first, block, sums, bounds, 0);
      for (int i = 0; i < block; i++) {
        // A row passes by its place: to ask for its document would cost more than its bound.
        int rowHash = (cellHash + first + i) * SCATTER;
        float bound = mean + bounds[i];
        if ((bound > inRows.threshold && inRows.accepts(cellHash, rowHash))
            || (bound > inCells.threshold && inCells.accepts(cellHash, rowHash))
            || bound > all.threshold) {
          score(cell, rows, first + i, bound, mean, spread, rowHash);
        }
      }
    }
  }

  private void score(
      Cell cell, Rows rows, int row, float bound, float mean, float spread, int rowHash) {
    Version version = rows.version(row);
    if (version.document() == self || !version.isLive(view.change()) || cell.hasLeft(row)) {
      return;
    }
    float error = rows.sketches().error(row) * query.norm();
    float score = rows.codes().score(query.vector(), row);
    Neighbour found =
        new Neighbour(version.document(), score, mean, spread, bound - SLACK * error, error);
    int cellHash = Long.hashCode(cell.id()) * SCATTER;
    for (Neighbourhood left : neighbourhoods) {
      if (left.accepts(cellHash, rowHash)) {
        left.offer(found);
      }
    }
  }
}
