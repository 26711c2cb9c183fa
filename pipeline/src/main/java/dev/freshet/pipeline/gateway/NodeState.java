package dev.freshet.pipeline.gateway;

import dev.freshet.pipeline.config.Partitions;
import dev.freshet.pipeline.search.ShardStatus;
import java.net.URI;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A node as it was seen last.
 *
 * @param status what it said of itself when it last answered; null where it never did
 * @param problem why it is not to be asked now; null where it can be
 * @param doubt how it failed a question since it last said of itself that it is well: it is asked
 *     when no other can be, because it may have been the question; null where it did not
 */
record NodeState(
    URI uri, @Nullable ShardStatus status, @Nullable String problem, @Nullable String doubt) {

  /**
   * In which order those that can be asked for a generation are. One whose own searches go to it
   * has all that the generation before had; another one that is ready may not.
   */
  static Comparator<NodeState> bestFirst(int generation) {
    return Comparator.comparing((NodeState node) -> node.doubt() != null)
        .thenComparing(node -> !node.serves(generation))
        .thenComparing(NodeState::hasObstacle);
  }

  /** One that never answered. */
  static NodeState unseen(URI uri) {
    return new NodeState(uri, null, "it has not answered yet", null);
  }

  /** One that says of itself how it is. */
  static NodeState seen(URI uri, ShardStatus status) {
    return new NodeState(uri, status, null, null);
  }

  NodeState withProblem(String reason) {
    return new NodeState(uri, status, reason, null);
  }

  NodeState withDoubt(String reason) {
    return new NodeState(uri, status, problem, reason);
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

  /** Whether it is asked before those about which something is known. */
  boolean isWell() {
    return problem == null && doubt == null && !hasObstacle();
  }

  boolean hasObstacle() {
    return status != null && status.obstacle() != null;
  }

  /** The worst that is known about it, for people; null where nothing is. */
  @Nullable String worst() {
    if (problem != null) {
      return problem;
    }
    return doubt != null || status == null ? doubt : status.obstacle();
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
