package dev.freshet.pipeline.conduct;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What is due in one look, tried one after the other: what fails keeps nothing else from its due.
 * One thread.
 */
final class Attempts {
  private final List<RuntimeException> failures = new ArrayList<>();

  /**
   * Tries one after the other until one of them is done.
   *
   * @param what does one if it is due, and says whether it was; where it throws, it was not
   * @return whether one was done
   */
  <T> boolean any(Iterable<T> all, Predicate<T> what) {
    for (T each : all) {
      try {
        if (what.test(each)) {
          return true;
        }
      } catch (RuntimeException e) {
        failures.add(e);
      }
    }
    return false;
  }

  boolean haveFailed() {
    return !failures.isEmpty();
  }

  /**
   * Throws what failed, if anything did: of several a new exception with all their messages, since
   * whoever threw them may throw the same again, and must not find others hung on to them.
   */
  void rethrow() {
    if (failures.size() == 1) {
      throw failures.get(0);
    }
    if (!failures.isEmpty()) {
      String messages =
          failures.stream()
              .map(each -> String.valueOf(each.getMessage()))
              .distinct()
              .collect(Collectors.joining("; "));
      var all = new IllegalStateException(messages, failures.get(0));
      failures.stream().skip(1).forEach(all::addSuppressed);
      throw all;
    }
  }
}
