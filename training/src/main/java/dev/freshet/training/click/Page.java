package dev.freshet.training.click;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * What was shown for a query, and how it came to be in this order. Immutable and thread-safe.
 *
 * <p>A position is where a document was shown, a rank where the system had put it; both count from
 * 1 and are equal where nothing was randomised.
 *
 * @param slots in the order shown; their ranks are the numbers from 1 to their count
 * @param policy that ordered them, whether or not it moved anything on this page
 */
public record Page(String queryId, List<Slot> slots, PagePolicy policy) {
  /**
   * @throws IllegalArgumentException when a document or a rank comes twice, or a rank is above the
   *     number of slots
   */
  public Page {
    slots = List.copyOf(slots);
    Set<String> documents = new HashSet<>();
    boolean[] ranks = new boolean[slots.size() + 1];
    for (Slot slot : slots) {
      if (!documents.add(slot.documentId())) {
        throw new IllegalArgumentException(
            "a page must show a document once, that of query %s shows %s twice"
                .formatted(queryId, slot.documentId()));
      }
      if (slot.rank() > slots.size() || ranks[slot.rank()]) {
        throw new IllegalArgumentException(
            "ranks on the page of query %s must be 1 to %d, each once, but %s has %d"
                .formatted(queryId, slots.size(), slot.documentId(), slot.rank()));
      }
      ranks[slot.rank()] = true;
    }
  }

  /** A page in the system's order, which no policy could have changed. */
  public static Page asRanked(String queryId, List<String> documents) {
    List<Slot> slots = new ArrayList<>(documents.size());
    for (String document : documents) {
      slots.add(new Slot(document, slots.size() + 1));
    }
    return new Page(queryId, slots, new PagePolicy.AsRanked());
  }

  /**
   * A page in the order that a policy draws.
   *
   * @param documents in the system's order
   */
  public static Page drawn(
      String queryId, List<String> documents, PagePolicy policy, Random random) {
    List<Slot> slots = new ArrayList<>(documents.size());
    for (int rank : policy.drawRanks(documents.size(), random)) {
      slots.add(new Slot(documents.get(rank - 1), rank));
    }
    return new Page(queryId, slots, policy);
  }

  /** Number of documents. */
  public int size() {
    return slots.size();
  }

  /**
   * @param position from 1 to {@link #size}
   */
  public Slot slot(int position) {
    return slots.get(position - 1);
  }

  /**
   * How likely the policy was to put the document that is at a position there: 1 where it could not
   * do otherwise.
   *
   * @param position from 1 to {@link #size}
   */
  public double probability(int position) {
    return policy.probability(slot(position).rank(), position, size());
  }
}
