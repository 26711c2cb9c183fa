package dev.freshet.pipeline.ann;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * In which cell each row lay, by its name: a hash table without an object a row, since there are
 * millions. Filled by one thread, then read by any.
 */
final class RowPlaces {
  private static final int MOST = (1 << 29) - 1;

  private final int mask;

  /** Names are hashes already, so where one begins to look is its lowest bits; 0 where is none. */
  private final long[] names;

  /** {@code [names]}: index in {@link #cells}. */
  private final int[] places;

  /** In the order in which they came: rows of one cell come one after the other. */
  private final List<Cell> cells = new ArrayList<>();

  /**
   * @param rows that are put at most
   */
  RowPlaces(long rows) {
    if (rows > MOST) {
      throw new IllegalArgumentException("%d rows, a table holds %d".formatted(rows, MOST));
    }
    // A quarter stays free at least, so that one looks at few places.
    int capacity = Integer.highestOneBit((int) (rows + rows / 3 + 1)) << 1;
    mask = capacity - 1;
    names = new long[capacity];
    places = new int[capacity];
  }

  /** Of equal names the last counts, and a name of 0 is forgotten: a place is a hint. */
  void put(long name, Cell cell) {
    if (cells.isEmpty() || cells.get(cells.size() - 1) != cell) {
      cells.add(cell);
    }
    int slot = slot(name);
    names[slot] = name;
    places[slot] = cells.size() - 1;
  }

  /** Null for a row that had no place. */
  @Nullable Cell of(long name) {
    int slot = slot(name);
    return name == 0 || names[slot] != name ? null : cells.get(places[slot]);
  }

  private int slot(long name) {
    int slot = Long.hashCode(name) & mask;
    while (names[slot] != 0 && names[slot] != name) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
