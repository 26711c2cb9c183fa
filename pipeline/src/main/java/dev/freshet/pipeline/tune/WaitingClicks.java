package dev.freshet.pipeline.tune;

import java.util.HashSet;
import java.util.Set;

/**
 * How many clicks wait for their pages in one task, all searches together. Keyed state cannot tell:
 * it knows one search at a time.
 *
 * <p>It is in no checkpoint and counts from the start of the task on. Clicks that waited before it
 * are counted once their search is clicked again; the others are gone after an attribution window.
 * Used by one thread.
 */
final class WaitingClicks {
  private final int most;

  /** The searches whose clicks are counted. */
  private final Set<String> queries = new HashSet<>();

  private int clicks;

  /**
   * @param most that may wait
   */
  WaitingClicks(int most) {
    this.most = most;
  }

  /**
   * Whether there is room for one more; then it is counted.
   *
   * @param before how many wait for the same page
   */
  boolean admit(String queryId, int before) {
    int more = queries.contains(queryId) ? 1 : before + 1;
    if (more > most - clicks) {
      return false;
    }
    queries.add(queryId);
    clicks += more;
    return true;
  }

  /**
   * They do not wait any more.
   *
   * @param count how many that are
   */
  void release(String queryId, int count) {
    if (queries.remove(queryId)) {
      clicks -= count;
    }
  }
}
