package dev.freshet.pipeline.job;

import dev.freshet.pipeline.event.Position;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Positions in a topic, of which there may be millions: two bytes each. One thread.
 *
 * <pre>
 * partition, offset / 65,536   key of a page
 * offset % 65,536              a character of it; sorted
 * </pre>
 */
final class PositionSet {
  private static final int PAGE_BITS = 16;

  /** Offsets of one page. They come in order, mostly: then adding one moves none. */
  private static final class Page {
    private char[] offsets = new char[4];
    private int size;

    boolean contains(char offset) {
      return Arrays.binarySearch(offsets, 0, size, offset) >= 0;
    }

    boolean add(char offset) {
      int found = Arrays.binarySearch(offsets, 0, size, offset);
      if (found >= 0) {
        return false;
      }
      if (size == offsets.length) {
        offsets = Arrays.copyOf(offsets, size + Math.max(4, size / 2));
      }
      int place = -found - 1;
      System.arraycopy(offsets, place, offsets, place + 1, size - place);
      offsets[place] = offset;
      size++;
      return true;
    }
  }

  private record Key(int partition, long page) {
    static Key of(Position position) {
      return new Key(position.partition(), position.offset() >>> PAGE_BITS);
    }
  }

  private final Map<Key, Page> pages = new HashMap<>();

  boolean contains(Position position) {
    Page page = pages.get(Key.of(position));
    return page != null && page.contains((char) position.offset());
  }

  /** Whether it was not there before. */
  boolean add(Position position) {
    return pages.computeIfAbsent(Key.of(position), key -> new Page()).add((char) position.offset());
  }
}
