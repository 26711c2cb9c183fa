package dev.freshet.pipeline.event;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a search was answered with, and how it came to be in this order.
 *
 * @param queryId names the answer; clicks on it carry the same
 * @param query as it was asked
 * @param generation that answered
 * @param mode how documents were found
 * @param explore the share of pages on which two of the first {@link #EXPLORED_SLOTS} documents,
 *     every two of them equally likely, change places; whether or not they did on this one. 0 where
 *     the search asked for the order as it is
 * @param slots in the order shown; of a longer answer the first {@link #MAX_SLOTS}
 * @param clientId who asked, null where that is not known
 * @param timestamp when it was answered
 */
public record Impression(
    String queryId,
    String query,
    int generation,
    SearchMode mode,
    double explore,
    List<Slot> slots,
    @Nullable String clientId,
    Instant timestamp) {

  /** How much of a page may be in another order than ranked. */
  public static final int EXPLORED_SLOTS = 10;

  /** Most slots that are kept, so that an impression fits into what a broker takes by default. */
  public static final int MAX_SLOTS = 1_000;

  public Impression {
    slots = List.copyOf(slots);
  }

  /**
   * A document as it was shown; its position is that in the list, from 1.
   *
   * @param objectId id of the document
   * @param rank where the search had put it, from 1; one from below the answer has a rank after its
   *     last
   * @param probability how likely this document was to be shown at this position, above 0 to 1
   */
  public record Slot(String objectId, int rank, double probability) {}

  /**
   * Whether chance has put the document of a slot there.
   *
   * @param position from 1
   */
  public boolean isExplored(int position) {
    return slots.get(position - 1).rank() != position;
  }
}
