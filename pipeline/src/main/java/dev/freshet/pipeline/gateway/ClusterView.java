package dev.freshet.pipeline.gateway;

import dev.freshet.pipeline.config.Partitions;
import dev.freshet.pipeline.search.Missing;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The cluster as it was seen last: shards, each with its replicas. Nodes are replicas where they
 * hold the same partitions. One that holds some of those of another shard and not the others fits
 * nowhere, and is left out. Immutable.
 */
final class ClusterView {
  /** Nodes that hold the same partitions. */
  record ShardView(Partitions partitions, List<NodeState> replicas) {

    /** Those that can be asked for a generation, the best first. */
    List<URI> askable(int generation) {
      return replicas.stream()
          .filter(node -> node.isReady(generation))
          .sorted(NodeState.bestFirst(generation))
          .map(NodeState::uri)
          .toList();
    }

    boolean any(Predicate<NodeState> property) {
      return replicas.stream().anyMatch(property);
    }

    /** Why nobody can be asked for a generation. */
    Missing missing(int generation) {
      return missing(
          replicas.stream().map(node -> node.why(generation)).collect(Collectors.joining("; ")));
    }

    Missing missing(String reason) {
      return new Missing(List.copyOf(partitions.numbers()), reason);
    }
  }

  private final List<ShardView> shards;
  private final Map<URI, String> misfits;
  private final List<NodeState> unseen;
  private final Partitions all;

  private ClusterView(
      List<ShardView> shards, Map<URI, String> misfits, List<NodeState> unseen, Partitions all) {
    this.shards = List.copyOf(shards);
    this.misfits = misfits;
    this.unseen = List.copyOf(unseen);
    this.all = all;
  }

  /**
   * @param nodes in the order of the configuration: of two that do not fit the first one stays, but
   *     one that can be reached before one that cannot
   */
  static ClusterView of(List<NodeState> nodes) {
    List<NodeState> reachableFirst =
        nodes.stream().sorted(Comparator.comparing(node -> !node.isReachable())).toList();
    Map<Partitions, List<NodeState>> groups = new LinkedHashMap<>();
    Map<URI, String> misfits = new LinkedHashMap<>();
    List<NodeState> unseen = new ArrayList<>();
    int count = 0;
    for (NodeState node : reachableFirst) {
      if (node.status() == null) {
        unseen.add(node);
        continue;
      }
      count = Math.max(count, node.status().of());
      Partitions own = node.partitions();
      Map.Entry<Partitions, List<NodeState>> other =
          groups.entrySet().stream()
              .filter(each -> !each.getKey().equals(own) && each.getKey().overlaps(own))
              .findFirst()
              .orElse(null);
      if (other == null) {
        groups.computeIfAbsent(own, added -> new ArrayList<>()).add(node);
      } else {
        misfits.put(
            node.uri(),
            "%s holds the partitions %s and %s holds %s: two nodes must hold the same partitions or none in common; change serve.partitions of one"
                .formatted(node.uri(), own, other.getValue().get(0).uri(), other.getKey()));
      }
    }
    List<ShardView> shards = new ArrayList<>();
    groups.forEach((partitions, replicas) -> shards.add(new ShardView(partitions, replicas)));
    return new ClusterView(shards, misfits, unseen, Partitions.first(count));
  }

  List<ShardView> shards() {
    return shards;
  }

  /** Nodes that are left out, and why. */
  Map<URI, String> misfits() {
    return misfits;
  }

  /** Whether every partition has a node of this property, one that can be reached. */
  boolean everyPartition(Predicate<NodeState> property) {
    return !all.isEmpty() && without(property).isEmpty();
  }

  /** The partitions that have no node of this property. */
  Partitions without(Predicate<NodeState> property) {
    Partitions rest = all;
    for (ShardView shard : shards) {
      if (shard.any(property)) {
        rest = rest.without(shard.partitions());
      }
    }
    return rest;
  }

  /** Whether every shard of which any node can be reached has one of this property. */
  boolean everyReachable(Predicate<NodeState> property) {
    return shards.stream().anyMatch(shard -> shard.any(NodeState::isReachable))
        && shards.stream()
            .allMatch(shard -> !shard.any(NodeState::isReachable) || shard.any(property));
  }

  /** The partitions that no node is known to hold; empty where there are none. */
  List<Missing> unheld() {
    Partitions rest = all;
    for (ShardView shard : shards) {
      rest = rest.without(shard.partitions());
    }
    if (rest.isEmpty()) {
      return List.of();
    }
    List<String> reasons = new ArrayList<>(misfits.values());
    unseen.forEach(node -> reasons.add(node.uri() + ": " + node.problem()));
    return List.of(
        new Missing(
            List.copyOf(rest.numbers()),
            reasons.isEmpty()
                ? "no node of gateway.nodes holds them"
                : "no node is known to hold them: " + String.join("; ", reasons)));
  }

  /** What keeps the cluster from whole answers of a generation; empty where nothing does. */
  List<Missing> missing(int generation) {
    List<Missing> missing = new ArrayList<>(unheld());
    for (ShardView shard : shards) {
      if (shard.askable(generation).isEmpty()) {
        missing.add(shard.missing(generation));
      }
    }
    return missing;
  }

  /** Every node that was never seen, and why; for people. */
  String unseenReasons() {
    return unseen.stream()
        .map(node -> node.uri() + ": " + node.problem())
        .collect(Collectors.joining("; "));
  }
}
