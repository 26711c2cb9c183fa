package dev.freshet.pipeline.event;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that a user did with a document of an answer: an event of User Behavior Insights.
 *
 * @param queryId names the answer, as its {@code queryId} did
 * @param clientId who did it, null where that is not known
 * @param actionName what was done, {@code click} for instance
 * @param objectId id of the document
 * @param position where the document was shown, from 1; null where the sender does not say
 * @param timestamp when it was done, as the sender says; null where it does not
 */
public record Click(
    String queryId,
    @Nullable String clientId,
    String actionName,
    String objectId,
    @Nullable Integer position,
    @Nullable Instant timestamp) {

  /** The same event at a time. */
  public Click at(Instant time) {
    return new Click(queryId, clientId, actionName, objectId, position, time);
  }
}
