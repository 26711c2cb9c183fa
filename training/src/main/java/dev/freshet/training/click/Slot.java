package dev.freshet.training.click;

/**
 * A document on a page.
 *
 * @param rank what the system gave it, from 1: its position before the page was randomised
 */
public record Slot(String documentId, int rank) {
  public Slot {
    if (rank < 1) {
      throw new IllegalArgumentException(
          "rank of document %s must be at least 1, was %d".formatted(documentId, rank));
    }
  }
}
