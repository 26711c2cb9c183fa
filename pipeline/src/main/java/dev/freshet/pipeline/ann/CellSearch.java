package dev.freshet.pipeline.ann;

import java.util.function.IntPredicate;

/**
 * One search of the cells. It takes cell after cell, the most promising first, until none that is
 * left is likely to hold anything better than the k-th best found: so a search goes on for longer
 * where its k is larger, where a filter leaves little, or where cells are hard to tell apart. One
 * per search and thread.
 */
final class CellSearch {
  /** Rows that are bounded at a time. */
  private static final int BLOCK = 256;

  private final QueryCode query;
  private final long change;
  private final IntPredicate accept;
  private final float slack;
  private final BestPassages best;
  private final int[] sums = new int[BLOCK];
  private final float[] bounds = new float[BLOCK];

  private int cells;
  private long rows;
  private long scored;

  /**
   * @param change the last change that this search sees
   * @param slack standard deviations that a bound allows before a row is passed over
   */
  CellSearch(QueryCode query, int k, long change, IntPredicate accept, float slack) {
    this.query = query;
    this.change = change;
    this.accept = accept;
    this.slack = slack;
    this.best = new BestPassages(k);
  }

  /**
   * @param width spreads above its mean that a cell is expected to reach
   */
  BestPassages search(CellTable table, float width) {
    CellQueue queue = CellQueue.byScore(table, query, width);
    while (!queue.isEmpty()) {
      Cell cell = queue.next();
      if (queue.key() < best.threshold()) {
        break;
      }
      scan(cell);
    }
    return best;
  }

  /** Looks at all cells. */
  BestPassages searchAll(CellTable table) {
    CellQueue queue = CellQueue.byScore(table, query, 0);
    while (!queue.isEmpty()) {
      scan(queue.next());
    }
    return best;
  }

  private void scan(Cell cell) {
    Rows all = cell.rows();
    int count = all.published();
    cells++;
    rows += count;
    for (int first = 0; first < count; first += BLOCK) {
      int block = Math.min(BLOCK, count - first);
      all.codes().bound(query, slack, first, block, sums, bounds);
      for (int i = 0; i < block; i++) {
        if (bounds[i] >= best.threshold()) {
          score(cell, all, first + i);
        }
      }
    }
  }

  private void score(Cell cell, Rows all, int row) {
    Version version = all.version(row);
    if (!version.isLive(change) || cell.hasLeft(row) || !accept.test(version.document())) {
      return;
    }
    scored++;
    float score = all.codes().score(query, row);
    if (score >= best.threshold()) {
      best.offer(version.document(), all.passage(row), score);
    }
  }

  /** Cells that were scanned. */
  int cells() {
    return cells;
  }

  /** Rows that were bounded. */
  long rows() {
    return rows;
  }

  /** Rows that were scored by levels. */
  long scored() {
    return scored;
  }
}
