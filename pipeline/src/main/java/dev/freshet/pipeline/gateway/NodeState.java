package dev.freshet.pipeline.gateway;

import dev.freshet.pipeline.config.Partitions;
import dev.freshet.pipeline.search.ShardStatus;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A node as it was seen last.
 *
 * @param status what it said of itself when it last answered; null where it never did
 * @param problem why it is not to be asked now; null where it is well
 */
record NodeState(URI uri, @Nullable ShardStatus status, @Nullable String problem) {

  NodeState withProblem(String reason) {
    return new NodeState(uri, status, reason);
  }

  boolean isReachable() {
    return problem == null && status != null;
  }

  /** Whether it can be asked for a generation. */
  boolean isReady(int generation) {
    return problem == null && status != null && status.isReady(generation);
  }

  /** Whether its own searches go to a generation. */
  boolean serves(int generation) {
    return problem == null && status != null && status.served() == generation;
  }

  boolean hasObstacle() {
    return status != null && status.obstacle() != null;
  }

  Partitions partitions() {
    return status == null ? Partitions.NONE : Partitions.of(status.partitions());
  }

  /** Why it cannot be asked for a generation, for people. */
  String why(int generation) {
    if (problem != null) {
      return uri + ": " + problem;
    }
    String obstacle = status == null ? null : status.obstacle();
    return "%s: not ready for generation %d%s"
        .formatted(uri, generation, obstacle == null ? "" : ", " + obstacle);
  }
}
