package dev.freshet.pipeline.tune;

import dev.freshet.pipeline.event.Impression;
import dev.freshet.pipeline.event.SearchMode;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a search showed, in the form that Flink keeps. Arrays are shared, not copied.
 *
 * @param query as it was asked
 * @param explore share of such pages on which two documents change places
 * @param objectIds in the order shown, {@link Impression#EXPLORED_SLOTS} at most
 * @param ranks where the search had put each, from 1
 * @param below hash codes of the object ids that stood below those; nothing is learned from them,
 *     but clicks on them are told from clicks on nothing that was shown. Null where there are none
 * @param hybridOf the generation whose two lists were fused; 0 where the page was filled otherwise
 * @param clientId who asked; null where that is not known
 * @param millis when, since the epoch
 */
@SuppressWarnings("ArrayRecordComponent") // Flink serialises records; this one is never compared.
public record ShownPage(
    String queryId,
    String query,
    double explore,
    String[] objectIds,
    int[] ranks,
    int @Nullable [] below,
    int hybridOf,
    @Nullable String clientId,
    long millis) {

  /** The part of an impression that people look at. */
  static ShownPage of(Impression impression, long millis) {
    List<Impression.Slot> all = impression.slots();
    int end = Math.min(Impression.EXPLORED_SLOTS, all.size());
    List<Impression.Slot> slots = all.subList(0, end);
    int[] below =
        all.subList(end, all.size()).stream()
            .mapToInt(slot -> slot.objectId().hashCode())
            .toArray();
    return new ShownPage(
        impression.queryId(),
        impression.query(),
        impression.explore(),
        slots.stream().map(Impression.Slot::objectId).toArray(String[]::new),
        slots.stream().mapToInt(Impression.Slot::rank).toArray(),
        below.length == 0 ? null : below,
        impression.mode() == SearchMode.HYBRID ? impression.generation() : 0,
        impression.clientId(),
        millis);
  }

  /** What is learned from. */
  ShownPage withoutBelow() {
    return new ShownPage(
        queryId, query, explore, objectIds, ranks, null, hybridOf, clientId, millis);
  }

  /** Whether an object stood below those that are learned from. */
  boolean isBelow(String objectId) {
    int[] hashes = below;
    return hashes != null && Arrays.stream(hashes).anyMatch(hash -> hash == objectId.hashCode());
  }

  /** Where an object was shown, from 1; 0 where it was not, or below. */
  int position(String objectId) {
    for (int i = 0; i < objectIds.length; i++) {
      if (objectIds[i].equals(objectId)) {
        return i + 1;
      }
    }
    return 0;
  }
}
