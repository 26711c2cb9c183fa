package dev.freshet.training.click;

/** How much two documents are alike, whoever searched for them. Implementations are thread-safe. */
@FunctionalInterface
public interface Likeness {
  /**
   * @return 0 for nothing in common or a document that is not known, up to 1 for the same
   */
  double between(String documentId, String otherId);
}
