package dev.freshet.pipeline.host;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Documents that some vectors have, and others do not have as new, while both change. Changes are
 * told by one thread at a time, and one thread settles.
 */
final class Behind {
  /** Of those that nobody told the change of. */
  private static final long UNTOLD = 0;

  /** By id the number of its last change: who looks at a document may miss one that comes then. */
  private final Map<String, Long> changes = new ConcurrentHashMap<>();

  private long told;

  /** Adds what a scan found. */
  void add(Collection<String> ids) {
    ids.forEach(id -> changes.putIfAbsent(id, UNTOLD));
  }

  /** The document has just changed in the vectors that are ahead. */
  void changed(String id) {
    changes.put(id, ++told);
  }

  /** Drops those that are behind no more, but for those that change while they are looked at. */
  void settle(Predicate<String> isSettled) {
    changes.forEach(
        (id, change) -> {
          if (isSettled.test(id)) {
            changes.remove(id, change);
          }
        });
  }

  /** As it is at the moment. */
  Map<String, Long> copy() {
    return Map.copyOf(changes);
  }

  /** Whether one of an earlier {@link #copy} is behind still, and has not changed since. */
  boolean hasAnyOf(Map<String, Long> earlier) {
    return earlier.entrySet().stream()
        .anyMatch(each -> each.getValue().equals(changes.get(each.getKey())));
  }

  boolean isEmpty() {
    return changes.isEmpty();
  }

  int size() {
    return changes.size();
  }

  /** As they are at the moment; changes with the documents. */
  Set<String> ids() {
    return changes.keySet();
  }
}
