package dev.freshet.pipeline.store;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts faults and remembers the first of each kind: a damaged file may have a million. */
final class Faults {
  private static final int SHOWN_PER_KIND = 3;

  /** What two faults have in common. */
  enum Kind {
    FILE,
    VALUE,
    VECTORS,
    POSTING,
    COUNT,
    OFFSET
  }

  private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
  private final List<String> shown = new ArrayList<>();
  private long count;

  void add(Kind kind, String fault) {
    count++;
    if (counts.merge(kind, 1, Integer::sum) <= SHOWN_PER_KIND) {
      shown.add(fault);
    }
  }

  List<String> shown() {
    return shown;
  }

  long count() {
    return count;
  }
}
