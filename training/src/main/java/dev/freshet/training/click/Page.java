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
 * @param slots in the order shown. A rank above their count is that of a document from further
 *     down, which was shown in place of one that belongs on the page
 * @param policy that ordered them, whether or not it moved anything on this page
 */
public record Page(String queryId, List<Slot> slots, PagePolicy policy) {
  /**
   * @throws IllegalArgumentException when a document or a rank comes twice
   */
  public Page {
    slots = List.copyOf(slots);
    Set<String> documents = new HashSet<>();
    Set<Integer> ranks = new HashSet<>();
    for (Slot slot : slots) {
      if (!documents.add(slot.documentId())) {
        throw new IllegalArgumentException(
            "a page must show a document once, that of query %s shows %s twice"
                .formatted(queryId, slot.documentId()));
      }
      if (!ranks.add(slot.rank())) {
        throw new IllegalArgumentException(
            "a page must show a rank once, that of query %s shows %d twice, the second time with %s"
                .formatted(queryId, slot.rank(), slot.documentId()));
      }
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
   * Whether a document from further down was shown at a position: no policy has put it there.
   *
   * @param position from 1 to {@link #size}
   */
  public boolean isFromBelow(int position) {
    return slot(position).rank() > size();
  }

  /**
   * How likely the policy was to put the document that is at a position there: 1 where it could not
   * do otherwise.
   *
   * @param position from 1 to {@link #size}, its document not from below
   */
  public double probability(int position) {
    return policy.probability(slot(position).rank(), position, size());
  }
}
