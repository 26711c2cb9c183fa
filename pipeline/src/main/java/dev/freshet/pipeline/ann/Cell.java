package dev.freshet.pipeline.ann;

import org.jspecify.annotations.Nullable;

/**
 * A cell: a centroid, and the rows that are nearer to it than to others. Rows are appended; where
 * some leave for another cell, a cell that says so takes this one's place and shares its rows, so
 * that a search which began before finds them still here.
 *
 * <p>One writer; readers beside it.
 */
final class Cell {
  /** Room for more, each time that it is short: little is idle where there are many cells. */
  private static final int GROWTH = 32;

  /** Of the centroid's norm: rows that are nearer to it lie there, as far as levels can tell. */
  private static final float LEAST_SPREAD = 1e-3f;

  private final long id;
  private final int padded;

  /** {@code [padded]}. */
  private final float[] centroid;

  /** Half of the centroid's squared norm. */
  private final float halfSquares;

  /** A bit for each row that has left; null where none has. */
  private final long @Nullable [] left;

  private volatile Rows rows;

  /** Root mean square of the distances to the centroid, not next to 0. */
  private volatile float spread;

  /** Sum of squared distances of all rows; the writer's own. */
  private double residuals;

  Cell(long id, float[] centroid, int expectedRows) {
    this.id = id;
    this.padded = centroid.length;
    this.centroid = centroid;
    this.halfSquares = Kernels.dot(centroid, centroid) / 2;
    this.left = null;
    this.rows = new Rows(Math.max(GROWTH, expectedRows), padded);
  }

  private Cell(Cell from, long[] left) {
    this.id = from.id;
    this.padded = from.padded;
    this.centroid = from.centroid;
    this.halfSquares = from.halfSquares;
    this.left = left;
    this.rows = from.rows;
    this.spread = from.spread;
    this.residuals = from.residuals;
  }

  /** This cell without the rows of these bits, in its place. Writer only. */
  Cell without(long[] leaving) {
    long[] all = leaving.clone();
    if (left != null) {
      for (int i = 0; i < left.length; i++) {
        all[i] |= left[i];
      }
    }
    return new Cell(this, all);
  }

  /** Names the cell for as long as it is not split or merged. */
  long id() {
    return id;
  }

  float[] centroid() {
    return centroid;
  }

  /** Of the centroid. */
  float norm() {
    return (float) Math.sqrt(2 * halfSquares);
  }

  Rows rows() {
    return rows;
  }

  boolean hasLeft(int row) {
    long[] gone = left;
    return gone != null
        && row / Long.SIZE < gone.length
        && (gone[row / Long.SIZE] >>> row & 1) != 0;
  }

  /**
   * How near a vector is: the nearer, the greater. Half the squared distance is half the vector's
   * squared norm less this.
   *
   * @param vector {@code [padded]}
   */
  float closeness(float[] vector) {
    return Kernels.dot(vector, centroid) - halfSquares;
  }

  /** Root mean square of the rows' distances to the centroid. */
  float spread() {
    return spread;
  }

  /**
   * Writer only.
   *
   * @param vector that the posting stands for
   * @param near its {@link #closeness}
   */
  void append(Version version, int passage, Posting posting, float[] vector, float near) {
    Rows to = room();
    measure(to, to.append(version, passage, posting, vector, centroid, near));
  }

  /**
   * A row of another cell. Writer only.
   *
   * @param vector that the row stands for
   * @param near its {@link #closeness}
   */
  void append(Rows from, int row, float[] vector, float near) {
    Rows to = room();
    measure(to, to.append(from, row, vector, centroid, near));
  }

  /** A cell of the same name and centroid that has these rows alone. Writer only. */
  Cell compacted(int[] live) {
    Cell smaller = new Cell(id, centroid, live.length);
    float[] vector = new float[padded];
    for (int row : live) {
      rows.codes().decode(row, vector);
      // |x - c|^2, of which the closeness has all but |x|^2.
      float square = Kernels.dot(vector, vector) - 2 * rows.closeness(row);
      smaller.rows.keep(rows, row);
      smaller.measure(smaller.rows, Math.max(0, square));
    }
    return smaller;
  }

  private Rows room() {
    Rows now = rows;
    if (now.isFull()) {
      now = now.grown(now.published() + GROWTH, padded);
      rows = now;
    }
    return now;
  }

  private void measure(Rows now, float square) {
    residuals += square;
    spread = Math.max(LEAST_SPREAD * norm(), (float) Math.sqrt(residuals / now.published()));
  }

  long memoryBytes() {
    return rows.memoryBytes() + (long) padded * Float.BYTES;
  }
}
