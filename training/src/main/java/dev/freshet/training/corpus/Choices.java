package dev.freshet.training.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Choices that a seed decides. {@link Random} because its algorithm is part of its specification:
 * one seed gives one sequence on every Java platform. Not thread-safe.
 */
final class Choices {
  private final Random random;

  Choices(long seed) {
    this.random = new Random(seed);
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** Another than {@code first}, where there is one. */
  <T> T other(List<T> of, T first) {
    List<T> rest = of.stream().filter(each -> !each.equals(first)).toList();
    return rest.isEmpty() ? first : one(rest);
  }

  /** A copy in random order, by Fisher and Yates. */
  <T> List<T> shuffled(List<T> of) {
    List<T> shuffled = new ArrayList<>(of);
    for (int last = shuffled.size() - 1; last > 0; last--) {
      int at = random.nextInt(last + 1);
      T moved = shuffled.get(at);
      shuffled.set(at, shuffled.get(last));
      shuffled.set(last, moved);
    }
    return shuffled;
  }
}
