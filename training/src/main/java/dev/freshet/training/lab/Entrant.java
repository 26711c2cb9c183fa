package dev.freshet.training.lab;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A contender in a task and at a budget: all trials that differ in rate and seed only.
 *
 * @param task what is tuned for
 * @param name as in {@link Trial#contender}
 * @param budget as in {@link Trial#budget}
 */
record Entrant(Task task, String name, @Nullable Double budget) {
  /** As the literature came to them. */
  private static final List<String> METHODS =
      List.of(
          Trial.FULL,
          "bitfit",
          "prefix",
          "adapter",
          "lora",
          "mam",
          "iaa-s",
          "iaa-l",
          "iaa-m",
          "stream");

  /**
   * By task, those of a fixed size first, then from the largest budget to the smallest; among
   * equals the methods in the order of the literature.
   */
  static final Comparator<Entrant> ORDER =
      Comparator.comparing(Entrant::task)
          .thenComparing(Entrant::budget, Comparator.nullsFirst(Comparator.reverseOrder()))
          .thenComparing(Entrant::name, Comparator.comparingInt(Entrant::place))
          .thenComparing(Entrant::name);

  static Entrant of(Trial trial) {
    return new Entrant(trial.task(), trial.contender(), trial.budget());
  }

  /** A contender with more than its method stands behind all methods alone. */
  private static int place(String name) {
    String method = method(name);
    int place = METHODS.indexOf(method);
    int known = place < 0 ? METHODS.size() : place;
    return method.equals(name) ? known : known + METHODS.size() + 1;
  }

  /** The method, without what is tuned with it. */
  static String method(String name) {
    return name.split("[ +]", 2)[0];
  }

  boolean isFull() {
    return name.equals(Trial.FULL);
  }

  /** For people. */
  String label() {
    return budget == null ? name : name + " at " + Numbers.percent(budget);
  }
}
