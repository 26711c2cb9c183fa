package dev.freshet.pipeline.gateway;

/**
 * The generation that a gateway asks for. Nodes switch each at its own moment; the gateway switches
 * once every shard has a replica that has, and asks all of them for one generation by its number
 * until then and after. Thread-safe.
 */
final class GenerationChoice {
  private int current;

  /** The one that was chosen last; 0 for none yet. */
  synchronized int current() {
    return current;
  }

  /**
   * Chooses anew.
   *
   * @param announced the generation that {@code models} names as served; 0 for none
   * @return 0 where there is none that anybody could answer from
   */
  synchronized int choose(ClusterView view, int announced) {
    if (announced == 0 || announced == current) {
      return current;
    }
    boolean isServed = view.everyReachable(node -> node.serves(announced));
    boolean isStuck =
        !view.everyReachable(node -> node.isReady(current))
            && view.everyReachable(node -> node.isReady(announced));
    boolean isFirst =
        current == 0 && view.shards().stream().anyMatch(s -> s.any(n -> n.isReady(announced)));
    if (isServed || isStuck || isFirst) {
      current = announced;
    }
    return current;
  }
}
