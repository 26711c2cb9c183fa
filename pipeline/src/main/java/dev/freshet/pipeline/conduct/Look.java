package dev.freshet.pipeline.conduct;

import dev.freshet.pipeline.event.Generations;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One look at the world: what it was like, and what was tried for it. What fails keeps nothing else
 * from its due. One thread.
 */
final class Look {
  private final Surroundings world;
  private final List<RuntimeException> failures = new ArrayList<>();
  private Generations generations;
  private @Nullable Set<Integer> jobs;
  private @Nullable RuntimeException jobsFailure;

  Look(Surroundings world) {
    this.world = world;
    this.generations = world.generations();
  }

  Generations generations() {
    return generations;
  }

  /**
   * Asked for once: who does not answer takes minutes to do so.
   *
   * @throws RuntimeException when that failed, each time
   */
  Set<Integer> jobs() {
    if (jobsFailure != null) {
      throw jobsFailure;
    }
    if (jobs == null) {
      try {
        jobs = world.jobs();
      } catch (RuntimeException e) {
        jobsFailure = e;
        throw e;
      }
    }
    return jobs;
  }

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

  /**
   * Looks anew at the generations where something failed: it may have announced something before.
   *
   * @throws RuntimeException when they cannot be read
   */
  void again() {
    if (!failures.isEmpty()) {
      generations = world.generations();
    }
  }

  /**
   * Throws what failed, if anything did: of several a new exception with all their messages, since
   * whoever threw them may throw the same again, and must not find others hung on to them.
   */
  void rethrow() {
    List<RuntimeException> different = failures.stream().distinct().toList();
    if (different.size() == 1) {
      throw different.get(0);
    }
    if (!different.isEmpty()) {
      String messages =
          different.stream()
              .map(each -> String.valueOf(each.getMessage()))
              .distinct()
              .collect(Collectors.joining("; "));
      var all = new IllegalStateException(messages, different.get(0));
      different.stream().skip(1).forEach(all::addSuppressed);
      throw all;
    }
  }
}
