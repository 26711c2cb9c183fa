package dev.freshet.pipeline.ann;

import java.util.List;
import java.util.function.IntPredicate;

/**
 * One search of the cells, the most promising first. It ends by one of two rules, whose numbers a
 * {@link Calibration} knows.
 *
 * <p>Without a filter: with the first cell that does not come near the best one, whose mean and so
 * many of its variances stay below the best cell's mean: a wide cell's best rows are farther above
 * its mean than in proportion to its spread. The calibration knows the nearest ten; where a search
 * wants more, the end is put off by as much as its k-th best is below the tenth.
 *
 * <p>With a filter, what is left may lie anywhere: with the first cell whose mean and so many of
 * its spreads stay below the k-th best that was accepted. The fewer pass, the lower that is, and
 * the more cells are looked at; with fewer than k found it never ends early, so a narrow filter is
 * searched exactly. One per search and thread.
 */
final class CellSearch {
  /** What a search without a filter accepts. */
  static final IntPredicate EVERYTHING = document -> true;

  /**
   * Of a level times the query's norm: two standard deviations of the difference of two scores,
   * whose rounding is spread evenly over a level in every component. Each more would have one
   * document more in the store looked up, and one in a thousand of the nearest found by it.
   */
  private static final float ERROR = (float) (2 * Math.sqrt(2 / 12.0));

  /** Rows that are bounded at a time. */
  static final int BLOCK = 8 * Kernels.GROUP;

  /**
   * Rows that are scored before the first score is compared: levels are far apart in memory, and a
   * comparison after each would wait for each.
   */
  private static final int TOGETHER = 16;

  /**
   * Of the norms: what inner products of the same vectors may differ by, however they are added.
   */
  private static final float ROUNDING = 4e-6f;

  private final QueryCode query;
  private final long change;
  private final IntPredicate accept;
  private final float slack;

  /** What is answered. */
  private final BestPassages best;

  /** The k of them that are wanted; the same where there is nothing to spare. */
  private final BestPassages wanted;

  /** The nearest ten; the same as the wanted where those are, or there is a filter. */
  private final BestPassages guide;

  /** By how much the scores of two vectors by their levels may differ too much. */
  private float error;

  private final short[] sums = new short[Kernels.SUMS];
  private final float[] bounds = new float[BLOCK];
  private final int[] remaining = new int[BLOCK];
  private final int[] together = new int[TOGETHER];
  private final float[] scores = new float[TOGETHER];

  private long rows;
  private long scored;

  /**
   * @param k wanted
   * @param spare beyond those: the best of them are answered, too, where levels are too coarse to
   *     tell whether they are not among the k
   * @param change the last change that this search sees
   * @param slack standard deviations that a bound allows before a row is passed over
   */
  CellSearch(QueryCode query, int k, int spare, long change, IntPredicate accept, float slack) {
    this.query = query;
    this.change = change;
    this.accept = accept;
    this.slack = slack;
    this.best = new BestPassages(k + spare);
    this.wanted = spare == 0 ? best : new BestPassages(k);
    this.guide =
        k == Calibrator.NEIGHBOURS || accept != EVERYTHING
            ? wanted
            : new BestPassages(Calibrator.NEIGHBOURS);
  }

  /**
   * @param width variances by which the mean of a cell may be below that of the best cell
   */
  CellSearch search(CellTable table, float width) {
    CellQueue queue = CellQueue.byBest(table, query, width);
    float nearest = Float.NEGATIVE_INFINITY;
    while (!queue.isEmpty()) {
      Cell cell = queue.next();
      nearest = Math.max(nearest, queue.score());
      if (queue.key() < nearest - delay()) {
        break;
      }
      scan(cell, queue.score());
    }
    return this;
  }

  /** By how much what is wanted scores below what the calibration knows. */
  private float delay() {
    float last = wanted.threshold();
    return last == Float.NEGATIVE_INFINITY
        ? Float.POSITIVE_INFINITY
        : Math.max(0, guide.threshold() - last);
  }

  /**
   * @param reach spreads by which the k-th best may be above the mean of its cell
   */
  CellSearch searchFiltered(CellTable table, float reach) {
    CellQueue queue = CellQueue.byReach(table, query, reach);
    while (!queue.isEmpty()) {
      Cell cell = queue.next();
      if (queue.key() < wanted.threshold()) {
        break;
      }
      scan(cell, queue.score());
    }
    return this;
  }

  /** Looks at all cells. */
  CellSearch searchAll(CellTable table) {
    CellQueue queue = CellQueue.byScore(table, query);
    while (!queue.isEmpty()) {
      Cell cell = queue.next();
      scan(cell, queue.score());
    }
    return this;
  }

  /**
   * @param mean inner product of the query with the centroid
   */
  private void scan(Cell cell, float mean) {
    Rows all = cell.rows();
    int count = all.published();
    rows += count;
    float base = mean + ROUNDING * query.norm() * cell.norm();
    for (int first = 0; first < count; first += BLOCK) {
      sift(cell, base, all, first, Math.min(BLOCK, count - first));
    }
  }

  private void sift(Cell cell, float base, Rows all, int first, int block) {
    all.sketches().bound(query, slack, first, block, sums, bounds, 0);
    int kept = Kernels.atLeast(bounds, block, threshold() - base, remaining);
    for (int from = 0; from < kept; from += TOGETHER) {
      score(cell, base, all, first, from, Math.min(kept, from + TOGETHER));
    }
  }

  /**
   * Most rows end with their score, so whose they are, which is far away in memory, is asked last.
   * A filter is asked first: where it is narrow, most rows come here.
   *
   * @param base what is added to a bound
   * @param first row of the block
   * @param from of those that remain of it, the first one
   * @param to and the one after the last
   */
  private void score(Cell cell, float base, Rows all, int first, int from, int to) {
    boolean filtered = accept != EVERYTHING;
    float least = threshold() - base;
    int count = 0;
    for (int i = from; i < to; i++) {
      int row = first + remaining[i];
      if (bounds[remaining[i]] >= least && (!filtered || isWanted(cell, all, row))) {
        together[count++] = row;
      }
    }
    scored += count;
    Codes codes = all.codes();
    float scale = 0;
    // A loop of its own: the beginnings of all rows are fetched at once, not one after the other.
    for (int i = 0; i < count; i++) {
      scale = Math.max(scale, codes.scale(together[i]));
    }
    error = Math.max(error, ERROR * query.norm() * scale);
    for (int i = 0; i < count; i++) {
      scores[i] = codes.score(query.vector(), together[i]);
    }
    for (int i = 0; i < count; i++) {
      if (scores[i] >= threshold() && (filtered || isWanted(cell, all, together[i]))) {
        offer(all, together[i], scores[i]);
      }
    }
  }

  private float threshold() {
    return Math.min(doubtful(), guide.threshold());
  }

  /** What a row must score to be answered. */
  private float doubtful() {
    return Math.max(best.threshold(), wanted.threshold() - error);
  }

  private void offer(Rows all, int row, float score) {
    int document = all.version(row).document();
    if (score >= doubtful()) {
      best.offer(document, all.passage(row), score);
    }
    if (wanted != best && score >= wanted.threshold()) {
      wanted.offer(document, all.passage(row), score);
    }
    if (guide != wanted && score >= guide.threshold()) {
      guide.offer(document, all.passage(row), score);
    }
  }

  private boolean isWanted(Cell cell, Rows all, int row) {
    Version version = all.version(row);
    return version.isLive(change)
        && !cell.hasLeft(row)
        && (accept == EVERYTHING || accept.test(version.document()));
  }

  /**
   * What was found, best first: the k wanted, and those to spare.
   *
   * @param more is added to every score
   */
  List<ScoredPassage> found(float more) {
    return best.sorted(doubtful(), more);
  }

  /** Rows that were looked at. */
  long rows() {
    return rows;
  }

  /** Rows that were scored by all of their levels. */
  long scored() {
    return scored;
  }
}
