package dev.freshet.pipeline.ann;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Keeps cells as they should be while the index is written: splits those that are too large, merges
 * those that are too small, moves vectors to cells that have become nearer, and drops rows that
 * nobody can see any more. Each touches a neighbourhood and no more, so there is never anything to
 * rebuild.
 *
 * <p>This is LIRE of Xu et al., "SPFresh: Incremental In-Place Update for Billion-Scale Vector
 * Search", SOSP 2023: {@link #split} is its split, {@link #merge} its merge, and the two necessary
 * conditions of its section 3.2, which say whose vectors may have to be reassigned, are in {@link
 * #leavers} and {@link #place}. Postings are cells here. The writer's own.
 */
final class CellUpkeep {
  /** Cells around a split whose vectors may have to move. */
  private static final int NEIGHBOURS = 12;

  /** A cell with fewer than this share of the most rows is merged. */
  private static final int LEAST_SHARE = 10;

  /** Rows are dropped when more than this share of them is dead. */
  private static final int DEAD_SHARE = 5;

  /** Of a squared norm: what is no farther apart is as near, but for the rounding of levels. */
  private static final float SAME = 1e-4f;

  /** Standard deviations that a bound allows: a row stays one in a thousand times by mistake. */
  private static final float SLACK = 3;

  private final int cellRows;
  private final Random random;
  private long nextId;

  CellUpkeep(int cellRows, long seed, long firstId) {
    this.cellRows = cellRows;
    this.random = new Random(seed);
    this.nextId = firstId;
  }

  long newId() {
    return nextId++;
  }

  /** Whether a cell is due after it got a row. */
  boolean isTooLarge(Cell cell) {
    return cell.rows().published() > cellRows;
  }

  /**
   * The table with this cell as it should be.
   *
   * @param change the last change that is complete
   */
  CellTable tend(CellTable table, Cell cell, long change) {
    int[] live = live(cell);
    if (live.length * LEAST_SHARE < cellRows && table.cells() > 1) {
      return merge(table, cell, live, change);
    }
    if (live.length > cellRows - cellRows / DEAD_SHARE && isTooLarge(cell)) {
      return split(table, cell, live, change);
    }
    if ((cell.rows().published() - live.length) * DEAD_SHARE > cell.rows().published()) {
      return table.with(cell, List.of(cell.compacted(live)), change);
    }
    return table;
  }

  /** Rows that a search which begins now can see. */
  private static int[] live(Cell cell) {
    Rows rows = cell.rows();
    int[] live = new int[rows.published()];
    int count = 0;
    for (int row = 0; row < live.length; row++) {
      if (rows.version(row).isAlive() && !cell.hasLeft(row)) {
        live[count++] = row;
      }
    }
    return Arrays.copyOf(live, count);
  }

  /** Each vector of the cell goes to the cell that is nearest among the others. */
  private CellTable merge(CellTable table, Cell cell, int[] live, long change) {
    CellTable rest = table.without(cell, change);
    for (int row : live) {
      float[] vector = cell.rows().codes().decode(row);
      NearestCell nearest = NearestCell.of(rest, vector);
      nearest.cell().append(cell.rows(), row, vector, nearest.near());
    }
    return rest;
  }

  private CellTable split(CellTable table, Cell cell, int[] live, long change) {
    Rows rows = cell.rows();
    float[][] vectors = new float[live.length][];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = rows.codes().decode(live[i]);
    }
    Bisection parts = new Bisection(vectors, random.nextInt(vectors.length));
    Cell one = new Cell(newId(), parts.firstCentroid(), live.length / 2);
    Cell two = new Cell(newId(), parts.secondCentroid(), live.length / 2);
    List<Cell> neighbours = neighbours(table, cell);
    for (int i = 0; i < vectors.length; i++) {
      place(rows, live[i], vectors[i], cell, neighbours, one, two, parts.isSecond(i));
    }
    CellTable other = table;
    for (Cell neighbour : neighbours) {
      Cell kept = leavers(neighbour, cell, one, two);
      if (kept != neighbour) {
        other = other.with(neighbour, List.of(kept), change);
      }
    }
    return other.with(cell, List.of(one, two), change);
  }

  private static List<Cell> neighbours(CellTable table, Cell cell) {
    CellQueue queue = CellQueue.byDistance(table, new QueryCode(cell.centroid()));
    List<Cell> neighbours = new ArrayList<>(NEIGHBOURS);
    while (!queue.isEmpty() && neighbours.size() < NEIGHBOURS) {
      Cell next = queue.next();
      if (next != cell) {
        neighbours.add(next);
      }
    }
    return neighbours;
  }

  /**
   * Puts a vector of the cell that is split into the nearest of the two new ones and, where both
   * are farther than the old one was, the neighbours.
   *
   * @param isSecond whether it was divided into the second: it stays there where it is as near to
   *     the first, as those of a cell are that are all the same
   */
  private static void place(
      Rows rows,
      int row,
      float[] vector,
      Cell old,
      List<Cell> neighbours,
      Cell one,
      Cell two,
      boolean isSecond) {
    float toOne = one.closeness(vector);
    float toTwo = two.closeness(vector);
    boolean same = Math.abs(toTwo - toOne) <= SAME * Kernels.dot(vector, vector);
    boolean second = same ? isSecond : toTwo > toOne;
    Cell nearest = second ? two : one;
    float most = second ? toTwo : toOne;
    if (most < old.closeness(vector)) {
      for (Cell neighbour : neighbours) {
        float near = neighbour.closeness(vector);
        if (near > most) {
          nearest = neighbour;
          most = near;
        }
      }
    }
    nearest.append(rows, row, vector, most);
  }

  /**
   * Moves those vectors of a neighbour to a new cell that are nearer to it than to their own and
   * than they were to the old one.
   *
   * @return the neighbour, without what has left
   */
  private static Cell leavers(Cell neighbour, Cell old, Cell one, Cell two) {
    Rows rows = neighbour.rows();
    int count = rows.published();
    float[] leadOfOne = mostLead(one, neighbour, count);
    float[] leadOfTwo = mostLead(two, neighbour, count);
    long[] leaving = new long[(count + Long.SIZE - 1) / Long.SIZE];
    boolean any = false;
    for (int row = 0; row < count; row++) {
      float own = rows.closeness(row);
      boolean maybe = leadOfOne[row] > 0 || leadOfTwo[row] > 0;
      if (!maybe || !rows.version(row).isAlive() || neighbour.hasLeft(row)) {
        continue;
      }
      float[] vector = rows.codes().decode(row);
      float nearOne = one.closeness(vector);
      float nearTwo = two.closeness(vector);
      float near = Math.max(nearOne, nearTwo);
      if (near > own && near > old.closeness(vector)) {
        (nearOne >= nearTwo ? one : two).append(rows, row, vector, near);
        leaving[row / Long.SIZE] |= 1L << row;
        any = true;
      }
    }
    return any ? neighbour.without(leaving) : neighbour;
  }

  /**
   * By how much rows are nearer to another cell than to their own, at most. With r what a row
   * differs from its centroid by, and d what the other centroid does, that is r.d - d.d / 2.
   */
  private static float[] mostLead(Cell other, Cell own, int count) {
    float[] way = other.centroid().clone();
    Kernels.subtract(way, own.centroid());
    float[] leads = new float[Kernels.wholeGroups(count)];
    short[] sums = new short[Kernels.SUMS];
    own.rows().sketches().bound(new QueryCode(way), SLACK, 0, count, sums, leads, 0);
    float halfSquares = Kernels.dot(way, way) / 2;
    for (int row = 0; row < count; row++) {
      leads[row] -= halfSquares;
    }
    return leads;
  }

  /** Cells of these vectors: k-means, for the first time that there are cells. */
  List<Cell> train(float[][] vectors) {
    int wanted = Math.max(1, 2 * vectors.length / cellRows);
    float[][] centroids = Centroids.kMeans(vectors, wanted, random);
    List<Cell> cells = new ArrayList<>(wanted);
    for (float[] centroid : centroids) {
      cells.add(new Cell(newId(), centroid, cellRows / 2));
    }
    return cells;
  }
}
