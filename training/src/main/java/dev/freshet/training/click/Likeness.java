package dev.freshet.training.click;

/** How much two documents are alike, whoever searched for them. Implementations are thread-safe. */
@FunctionalInterface
public interface Likeness {
  /** Nothing is known of any. */
  Likeness UNKNOWN = (document, other) -> Double.NaN;

  /**
   * @return 0 for nothing in common, up to 1 for the same; NaN where one is not known
   */
  double between(String documentId, String otherId);
}
