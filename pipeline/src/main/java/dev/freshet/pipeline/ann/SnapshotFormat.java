package dev.freshet.pipeline.ann;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToLongFunction;

/**
 * The cells of an index and what lay in them, in parts of a handful of cells, little-endian. Which
 * row lay where is a hint: rows are named by hashes, and one that has no place goes to the cell
 * that is nearest.
 *
 * <pre>
 * part 0         version int32, dimensions int32, centre float32[padded]
 * other parts    cells, one after the other: centroid float32[padded], n int32, names int64[n]
 * </pre>
 */
final class SnapshotFormat {
  private static final int VERSION = 1;

  private SnapshotFormat() {}

  /** Where a row lay: told of its name and its cell. */
  interface RowVisitor {
    void visit(long name, Cell cell);
  }

  /** The name of a passage of a document, or of no row where the document has none. */
  static long name(long documentName, int passage) {
    long mixed = (documentName + passage) * 0x9e37_79b9_7f4a_7c15L;
    return mixed ^ mixed >>> 29;
  }

  /**
   * @param names of documents by ordinal; 0 for one that is gone
   */
  static List<byte[]> encode(
      int dimensions, float[] centre, CellTable table, IntToLongFunction names) {
    List<byte[]> parts = new ArrayList<>();
    ByteBuffer head = buffer(2 * Integer.BYTES + centre.length * Float.BYTES);
    head.putInt(VERSION).putInt(dimensions);
    putFloats(head, centre);
    parts.add(head.array());
    for (CellPage page : table.pages()) {
      parts.add(part(page, centre.length, names));
    }
    return parts;
  }

  private static byte[] part(CellPage page, int padded, IntToLongFunction names) {
    // The writer goes on: rows that it appends from here on have no room, and need none.
    int[] counts = new int[page.size()];
    int size = 0;
    for (int i = 0; i < counts.length; i++) {
      counts[i] = page.cell(i).rows().published();
      size += padded * Float.BYTES + Integer.BYTES + counts[i] * Long.BYTES;
    }
    ByteBuffer out = buffer(size);
    for (int i = 0; i < counts.length; i++) {
      put(out, page.cell(i), counts[i], names);
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  private static void put(ByteBuffer out, Cell cell, int rowCount, IntToLongFunction names) {
    putFloats(out, cell.centroid());
    int countAt = out.position();
    out.putInt(0);
    Rows rows = cell.rows();
    int count = 0;
    for (int row = 0; row < rowCount; row++) {
      long document = names.applyAsLong(rows.version(row).document());
      if (document != 0 && rows.version(row).isAlive() && !cell.hasLeft(row)) {
        out.putLong(name(document, rows.passage(row)));
        count++;
      }
    }
    out.putInt(countAt, count);
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void putFloats(ByteBuffer out, float[] values) {
    for (float value : values) {
      out.putFloat(value);
    }
  }

  /**
   * {@code [padded]}.
   *
   * @throws IllegalArgumentException when they are of another version or of other dimensions
   */
  static float[] centre(List<byte[]> parts, int dimensions) {
    ByteBuffer in = ByteBuffer.wrap(parts.get(0)).order(ByteOrder.LITTLE_ENDIAN);
    int size = 2 * Integer.BYTES + Rotation.padded(dimensions) * Float.BYTES;
    if (in.remaining() < 2 * Integer.BYTES) {
      throw new IllegalArgumentException(
          "%d bytes are no head of cells, which has %d".formatted(in.remaining(), size));
    }
    int version = in.getInt();
    int found = in.getInt();
    if (version != VERSION || found != dimensions) {
      throw new IllegalArgumentException(
          "cells of version %d with %d dimensions, this build reads version %d, the generation has %d"
              .formatted(version, found, VERSION, dimensions));
    }
    if (in.capacity() != size) {
      throw new IllegalArgumentException(
          "%d bytes are no head of cells, which has %d".formatted(in.capacity(), size));
    }
    return floats(in, Rotation.padded(dimensions));
  }

  /**
   * Reads all cells, and keeps none.
   *
   * @return how many rows lay in them
   * @throws IllegalArgumentException when there is none, or one that is cut off
   */
  static long check(List<byte[]> parts, int padded) {
    long rows = 0;
    boolean isEmpty = true;
    for (byte[] part : parts.subList(1, parts.size())) {
      isEmpty &= part.length == 0;
      ByteBuffer in = ByteBuffer.wrap(part).order(ByteOrder.LITTLE_ENDIAN);
      while (in.hasRemaining()) {
        int countAt = in.position() + padded * Float.BYTES;
        int count = countAt + Integer.BYTES <= in.capacity() ? in.getInt(countAt) : -1;
        long end = countAt + Integer.BYTES + (long) count * Long.BYTES;
        if (count < 0 || end > in.capacity()) {
          throw new IllegalArgumentException(
              "cells of %d bytes that are cut off".formatted(in.capacity()));
        }
        rows += count;
        in.position((int) end);
      }
    }
    if (isEmpty) {
      throw new IllegalArgumentException("there are no cells");
    }
    return rows;
  }

  /** The cells, still empty. */
  static List<Cell> cells(List<byte[]> parts, int padded, CellUpkeep upkeep, RowVisitor rows) {
    List<Cell> cells = new ArrayList<>();
    for (byte[] part : parts.subList(1, parts.size())) {
      ByteBuffer in = ByteBuffer.wrap(part).order(ByteOrder.LITTLE_ENDIAN);
      while (in.hasRemaining()) {
        float[] centroid = floats(in, padded);
        int count = in.getInt();
        Cell cell = new Cell(upkeep.newId(), centroid, count);
        cells.add(cell);
        for (int i = 0; i < count; i++) {
          rows.visit(in.getLong(), cell);
        }
      }
    }
    return cells;
  }

  private static float[] floats(ByteBuffer in, int count) {
    float[] values = new float[count];
    in.asFloatBuffer().get(values);
    in.position(in.position() + count * Float.BYTES);
    return values;
  }
}
