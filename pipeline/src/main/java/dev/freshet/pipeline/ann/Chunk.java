package dev.freshet.pipeline.ann;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * A block of rows, each the vector of one passage. The rows of one version of a document, its run,
 * lie one after the other and never in two chunks, so that a chunk can be searched by itself.
 *
 * <p>A run lives from its birth to its death, both numbers of changes to the index. Rows are only
 * ever added at the end, and a row that has been published never changes but for its run's death.
 *
 * <p>One writer; readers see every row below {@link #published}.
 */
final class Chunk {
  private static final VarHandle PUBLISHED;
  private static final VarHandle DEATH = MethodHandles.arrayElementVarHandle(long[].class);

  static {
    try {
      PUBLISHED = MethodHandles.lookup().findVarHandle(Chunk.class, "rows", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final int dimensions;

  /** {@code [capacity][dimensions]}, row-major. */
  final float[] vectors;

  /** {@code [capacity]}: ordinal of the document that the row belongs to. */
  private final int[] documents;

  /** {@code [capacity]}: index of the row in its run, so that {@code row - passage} begins it. */
  private final int[] passages;

  /** {@code [capacity]}: at the first row of a run, the change that made it. */
  private final long[] births;

  /** {@code [capacity]}: at the first row of a run, the change that ended it. */
  private final long[] deaths;

  private int rows;

  /** Rows of ended runs; the writer's own. */
  private int deadRows;

  Chunk(int capacity, int dimensions) {
    this.dimensions = dimensions;
    vectors = new float[Math.multiplyExact(capacity, dimensions)];
    documents = new int[capacity];
    passages = new int[capacity];
    births = new long[capacity];
    deaths = new long[capacity];
    Arrays.fill(deaths, Long.MAX_VALUE);
  }

  /** Rows that readers may look at. What they hold is complete. */
  int published() {
    return (int) PUBLISHED.getAcquire(this);
  }

  int document(int row) {
    return documents[row];
  }

  int passage(int row) {
    return passages[row];
  }

  /** Whether the row's run is there for a reader who sees the changes up to this one. */
  boolean isLive(int row, long change) {
    int run = row - passages[row];
    return births[run] <= change && change < (long) DEATH.getOpaque(deaths, run);
  }

  /** Writer only. */
  boolean hasRoom(int count) {
    return rows + count <= documents.length;
  }

  /**
   * Adds a run, born with a change that is not yet published. Writer only.
   *
   * @param source vectors, row-major
   * @param from first row in {@code source}
   * @return first row of the run
   */
  int append(int document, float[] source, int from, int count, long birth) {
    int first = rows;
    System.arraycopy(source, from * dimensions, vectors, first * dimensions, count * dimensions);
    for (int i = 0; i < count; i++) {
      documents[first + i] = document;
      passages[first + i] = i;
    }
    births[first] = birth;
    PUBLISHED.setRelease(this, first + count);
    return first;
  }

  /** Ends the run that begins here. Writer only. */
  void kill(int run, long death) {
    deadRows += runLength(run);
    DEATH.setOpaque(deaths, run, death);
  }

  /** Rows of the run that begins here. Writer only. */
  int runLength(int run) {
    int end = run + 1;
    while (end < rows && passages[end] != 0) {
      end++;
    }
    return end - run;
  }

  /** Whether the run that begins here has not been ended. Writer only. */
  boolean isAlive(int run) {
    return deaths[run] == Long.MAX_VALUE;
  }

  /** Rows of ended runs. Writer only. */
  int deadRows() {
    return deadRows;
  }

  long memoryBytes() {
    long row = (long) Float.BYTES * dimensions + 2L * Integer.BYTES + 2L * Long.BYTES;
    return row * documents.length;
  }
}
