package dev.freshet.pipeline.ann;

import java.util.ArrayList;
import java.util.List;

/**
 * Measures a {@link Calibration}: scans all cells for each of a sample of queries, and looks what
 * finding its true neighbours would have taken. It reads as any search does, and blocks nobody. One
 * per measurement and thread.
 */
final class Calibrator {
  /** Neighbours of a query that count. */
  static final int NEIGHBOURS = 10;

  /** Passes over a neighbour once in ten thousand. */
  private static final float SLACK = 3.7f;

  private static final int BLOCK = 256;

  /** Filters are tried out that leave one document in so many, */
  private static final int WIDE_FILTER = 8;

  /** and that leave so many documents. */
  private static final int NARROW_FILTER_LEAVES = 256;

  private static final int SAMPLES_PER_FILTERED = 4;

  /** Spreads ordinals evenly (Knuth's multiplicative hash). */
  private static final int SCATTER = 0x9e37_79b1;

  private final CellTable table;
  private final long change;
  private final List<Float> widths = new ArrayList<>();
  private final List<Float> slacks = new ArrayList<>();
  private final List<Float> reaches = new ArrayList<>();
  private final List<Float> wideReaches = new ArrayList<>();
  private final List<Float> narrowReaches = new ArrayList<>();
  private final int[] sums = new int[BLOCK];
  private final float[] bounds = new float[BLOCK];

  /** Of the query in hand, best first. */
  private final List<Neighbour> neighbours = new ArrayList<>();

  private Calibrator(CellTable table, long change) {
    this.table = table;
    this.change = change;
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
   * @param estimate of the score, by signs
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

  /**
   * @param change the last change that counts
   * @param documents how many there are, about
   */
  static Calibration measure(CellTable table, long change, List<Sample> samples, int documents) {
    Calibrator calibrator = new Calibrator(table, change);
    int narrow = Math.max(WIDE_FILTER, documents / NARROW_FILTER_LEAVES);
    for (int i = 0; i < samples.size(); i++) {
      calibrator.addUnfiltered(samples.get(i));
      if (i % SAMPLES_PER_FILTERED == 0) {
        calibrator.addFiltered(samples.get(i), WIDE_FILTER, calibrator.wideReaches);
        calibrator.addFiltered(samples.get(i), narrow, calibrator.narrowReaches);
      }
    }
    return new Calibration(
        calibrator.widths,
        calibrator.slacks,
        List.of(calibrator.reaches, calibrator.wideReaches, calibrator.narrowReaches));
  }

  private void addUnfiltered(Sample sample) {
    float nearest = findNeighbours(sample, 1);
    for (Neighbour neighbour : neighbours) {
      widths.add(neighbour.width(nearest));
      slacks.add(neighbour.slack(last()));
      reaches.add(neighbour.reach(last()));
    }
  }

  private void addFiltered(Sample sample, int modulus, List<Float> reaches) {
    findNeighbours(sample, modulus);
    for (Neighbour neighbour : neighbours) {
      reaches.add(neighbour.reach(last()));
    }
  }

  /**
   * @param modulus one document in so many counts
   * @return the greatest mean of a cell
   */
  private float findNeighbours(Sample sample, int modulus) {
    QueryCode query = new QueryCode(sample.rotated());
    neighbours.clear();
    float nearest = Float.NEGATIVE_INFINITY;
    CellQueue queue = CellQueue.byScore(table, query, 0);
    while (!queue.isEmpty()) {
      Cell cell = queue.next();
      nearest = Math.max(nearest, queue.score());
      scan(cell, queue.score(), query, sample.document(), modulus);
    }
    return nearest;
  }

  private float last() {
    return neighbours.get(neighbours.size() - 1).score();
  }

  private float threshold() {
    return neighbours.size() < NEIGHBOURS ? Float.NEGATIVE_INFINITY : last();
  }

  private void scan(Cell cell, float mean, QueryCode query, int self, int modulus) {
    Rows rows = cell.rows();
    int count = rows.published();
    float spread = cell.spread() * query.norm();
    for (int first = 0; first < count; first += BLOCK) {
      int block = Math.min(BLOCK, count - first);
      rows.codes().bound(query, SLACK, first, block, sums, bounds);
      for (int i = 0; i < block; i++) {
        int row = first + i;
        Version version = rows.version(row);
        if (bounds[i] >= threshold()
            && version.isLive(change)
            && !cell.hasLeft(row)
            && version.document() != self
            && Integer.toUnsignedLong(version.document() * SCATTER) % modulus == 0) {
          float score = rows.codes().score(query, row);
          float error = rows.codes().error(row) * query.norm();
          offer(
              new Neighbour(
                  version.document(), score, mean, spread, bounds[i] - SLACK * error, error));
        }
      }
    }
  }

  private void offer(Neighbour found) {
    if (found.score() <= threshold()) {
      return;
    }
    for (int i = 0; i < neighbours.size(); i++) {
      if (neighbours.get(i).document() == found.document()) {
        if (neighbours.get(i).score() >= found.score()) {
          return;
        }
        neighbours.remove(i);
        break;
      }
    }
    int at = neighbours.size();
    while (at > 0 && neighbours.get(at - 1).score() < found.score()) {
      at--;
    }
    neighbours.add(at, found);
    if (neighbours.size() > NEIGHBOURS) {
      neighbours.remove(NEIGHBOURS);
    }
  }
}
