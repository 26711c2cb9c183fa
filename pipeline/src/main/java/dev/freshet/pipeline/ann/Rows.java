package dev.freshet.pipeline.ann;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a cell: the sketches of what they differ from its centroid by, codes, and which passage
 * of which version of a document each is. Rows are only added at the end, and what is published
 * does not change.
 *
 * <p>One writer; readers see every row below {@link #published}.
 */
final class Rows {
  private static final VarHandle PUBLISHED;

  static {
    try {
      PUBLISHED = MethodHandles.lookup().findVarHandle(Rows.class, "count", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Sketches sketches;
  private final Codes codes;
  private final @Nullable Version[] versions;
  private final int[] passages;

  /** How near each row is to the centroid of its cell: see {@link Cell#closeness}. */
  private final float[] closeness;

  private int count;

  Rows(int capacity, int padded) {
    sketches = new Sketches(capacity, padded);
    codes = new Codes(capacity, padded);
    versions = new Version[capacity];
    passages = new int[capacity];
    closeness = new float[capacity];
  }

  int published() {
    return (int) PUBLISHED.getAcquire(this);
  }

  Sketches sketches() {
    return sketches;
  }

  Codes codes() {
    return codes;
  }

  Version version(int row) {
    Version version = versions[row];
    if (version == null) {
      throw new IllegalStateException("row " + row + " of " + count + " has no version");
    }
    return version;
  }

  int passage(int row) {
    return passages[row];
  }

  float closeness(int row) {
    return closeness[row];
  }

  boolean isFull() {
    return count == versions.length;
  }

  /**
   * Writer only.
   *
   * @param vector that the posting stands for
   * @param centroid of the cell
   * @return squared distance of the two
   */
  float append(
      Version version, int passage, Posting posting, float[] vector, float[] centroid, float near) {
    codes.set(count, posting);
    float square = sketches.set(count, vector, centroid);
    publish(version, passage, near);
    return square;
  }

  /** As the other, of a row of another cell. Writer only. */
  float append(Rows from, int row, float[] vector, float[] centroid, float near) {
    codes.copy(from.codes, row, 1, count);
    float square = sketches.set(count, vector, centroid);
    publish(from.version(row), from.passages[row], near);
    return square;
  }

  /** Takes a row over from rows of the same cell. Writer only. */
  void keep(Rows from, int row) {
    codes.copy(from.codes, row, 1, count);
    sketches.copy(from.sketches, row, 1, count);
    publish(from.version(row), from.passages[row], from.closeness[row]);
  }

  private void publish(Version version, int passage, float near) {
    versions[count] = version;
    passages[count] = passage;
    closeness[count] = near;
    PUBLISHED.setRelease(this, count + 1);
  }

  /** All of these rows in a place with more room. Writer only. */
  Rows grown(int rows, int padded) {
    Rows larger = new Rows(rows, padded);
    larger.sketches.copy(sketches, 0, count, 0);
    larger.codes.copy(codes, 0, count, 0);
    System.arraycopy(versions, 0, larger.versions, 0, count);
    System.arraycopy(passages, 0, larger.passages, 0, count);
    System.arraycopy(closeness, 0, larger.closeness, 0, count);
    PUBLISHED.setRelease(larger, count);
    return larger;
  }

  long memoryBytes() {
    long each = 2L * Integer.BYTES + Float.BYTES;
    return sketches.memoryBytes() + codes.memoryBytes() + each * versions.length;
  }
}
