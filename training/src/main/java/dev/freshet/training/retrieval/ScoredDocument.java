package dev.freshet.training.retrieval;

/**
 * A document that a query found.
 *
 * @param score finite, the higher the better; single precision, as trec_eval holds it, so that the
 *     same scores are equal here and there
 */
public record ScoredDocument(String id, float score) {
  public ScoredDocument {
    if (!Float.isFinite(score)) {
      throw new IllegalArgumentException("score of %s must be finite, was %s".formatted(id, score));
    }
    score += 0f; // makes -0 a 0: numbers that are equal must tie
  }
}
