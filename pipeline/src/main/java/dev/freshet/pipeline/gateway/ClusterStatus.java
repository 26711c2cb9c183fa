package dev.freshet.pipeline.gateway;

import dev.freshet.pipeline.config.Partitions;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.search.GenerationStatus;
import dev.freshet.pipeline.search.Missing;
import dev.freshet.pipeline.search.RefreshPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One line for what several shards say, each of its own documents, or do not say. */
final class ClusterStatus {
  private ClusterStatus() {}

  /**
   * A generation in the whole cluster: of each shard the replica that is furthest; counts, pace,
   * memory and what is to be written are sums, progress is the smallest, 0 where a shard does not
   * answer.
   */
  static GenerationStatus of(GenerationRecord record, ClusterView view) {
    List<GenerationStatus> shards = new ArrayList<>();
    boolean isWhole = view.unheld().isEmpty() && !view.shards().isEmpty();
    for (ClusterView.ShardView shard : view.shards()) {
      Optional<GenerationStatus> best =
          shard.replicas().stream()
              .filter(NodeState::isReachable)
              .map(node -> Objects.requireNonNull(node.status()).generation(record.generation()))
              .flatMap(Optional::stream)
              .max(
                  Comparator.comparing(GenerationStatus::ready)
                      .thenComparing(GenerationStatus::progress));
      isWhole &= best.isPresent();
      best.ifPresent(shards::add);
    }
    if (shards.stream().noneMatch(status -> status.dimensions() > 0)) {
      return hindered(GenerationStatus.elsewhere(record), shards);
    }
    GenerationStatus cluster =
        GenerationStatus.here(
            record,
            isWhole && shards.stream().allMatch(GenerationStatus::ready),
            shards.stream().mapToLong(GenerationStatus::documents).sum(),
            shards.stream().mapToLong(GenerationStatus::passages).sum(),
            shards.stream().mapToInt(GenerationStatus::dimensions).max().orElse(0),
            isWhole ? shards.stream().mapToDouble(GenerationStatus::progress).min().orElse(0) : 0,
            shards.stream().mapToDouble(GenerationStatus::documentsPerSecond).sum(),
            isWhole ? longest(shards) : null,
            isWhole ? behind(shards) : null,
            shards.stream().mapToLong(GenerationStatus::memoryBytes).sum());
    return hindered(cluster, shards);
  }

  /** Null where a shard that has something left does not know how long it takes. */
  private static @Nullable Double longest(List<GenerationStatus> shards) {
    boolean standsStill =
        shards.stream().anyMatch(each -> each.secondsLeft() == null && each.progress() < 1);
    return standsStill
        ? null
        : shards.stream()
            .map(GenerationStatus::secondsLeft)
            .filter(Objects::nonNull)
            .max(Comparator.naturalOrder())
            .orElse(null);
  }

  /** What shards say beyond what all of them were told: why it does not come on there. */
  private static GenerationStatus hindered(
      GenerationStatus cluster, List<GenerationStatus> shards) {
    GenerationStatus all = cluster;
    for (GenerationStatus shard : shards) {
      for (String reason : shard.reasons()) {
        if (!all.reasons().contains(reason)) {
          all = all.hinderedBy(reason);
        }
      }
    }
    return all;
  }

  /** Null where a shard does not know: what the others know is not all. */
  private static @Nullable Long behind(List<GenerationStatus> shards) {
    List<Long> known =
        shards.stream().map(GenerationStatus::behind).filter(Objects::nonNull).toList();
    return known.size() < shards.size() ? null : known.stream().mapToLong(each -> each).sum();
  }

  /**
   * Of all shards together. The topic is the same for all, and the disk is that of the node that
   * needs most.
   *
   * @param plans at least one
   */
  static RefreshPlan sum(int generation, List<RefreshPlan> plans) {
    long tokens = plans.stream().mapToLong(RefreshPlan::tokens).sum();
    double seconds = plans.stream().mapToDouble(RefreshPlan::seconds).sum();
    return new RefreshPlan(
        generation,
        plans.stream().mapToLong(RefreshPlan::documents).sum(),
        plans.stream().mapToLong(RefreshPlan::changes).sum(),
        plans.stream().mapToLong(RefreshPlan::passages).sum(),
        tokens,
        seconds,
        plans.stream().mapToInt(RefreshPlan::sampled).sum(),
        tokens / seconds,
        plans.stream().mapToLong(RefreshPlan::storeBytes).max().orElse(0),
        plans.stream().mapToLong(RefreshPlan::topicBytes).max().orElse(0));
  }

  /** By partition. */
  static List<Missing> inOrder(Set<Missing> missing) {
    return missing.stream()
        .sorted(Comparator.comparing((Missing each) -> each.partitions().get(0)))
        .toList();
  }

  /** For people. */
  static String reasons(Set<Missing> missing) {
    return inOrder(missing).stream()
        .map(each -> "partitions %s: %s".formatted(Partitions.of(each.partitions()), each.reason()))
        .collect(Collectors.joining("; "));
  }
}
