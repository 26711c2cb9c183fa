package dev.freshet.pipeline.tune;

import java.util.Arrays;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** What becomes of an event of {@code clicks}. */
public enum ClickOutcome {
  JOINED("joined", "clicksJoined"),
  DUPLICATE("duplicate", "clicksDuplicate"),
  LATE("late", "clicksLate"),
  /** On a document that stood below those that are learned from. */
  BELOW("below", "clicksBelow"),
  NOT_SHOWN("not shown", "clicksOnNothingShown"),
  WITHOUT_PAGE("without page", "clicksWithoutPage"),
  FLOODED("flooded", "clicksFlooded"),
  /** No click, but something else that people do. */
  OTHER_ACTION("other action", "clicksOtherAction");

  private final String label;
  private final String counter;

  ClickOutcome(String label, String counter) {
    this.label = label;
    this.counter = counter;
  }

  /** What people read. */
  public String label() {
    return label;
  }

  /** Its name in Flink's metrics. */
  public String counter() {
    return counter;
  }

  /**
   * How often each came, in one line.
   *
   * @param counts by {@link #counter}
   */
  static String told(ToLongFunction<String> counts) {
    return Arrays.stream(values())
        .map(each -> "%,d %s".formatted(counts.applyAsLong(each.counter), each.label))
        .collect(Collectors.joining(", "));
  }
}
