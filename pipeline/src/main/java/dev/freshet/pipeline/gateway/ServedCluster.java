package dev.freshet.pipeline.gateway;

import dev.freshet.pipeline.conduct.Nodes;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.Generations;
import dev.freshet.pipeline.search.GenerationNotReadyException;
import dev.freshet.pipeline.search.GenerationStatus;
import dev.freshet.pipeline.search.Missing;
import dev.freshet.pipeline.search.UnknownGenerationException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The generations of a cluster, and the one that its searches go to: what {@code models} says,
 * beside what the nodes say of themselves. Thread-safe.
 */
final class ServedCluster implements Nodes {
  /** Choices of a generation for one question. */
  private static final int CHOICES = 3;

  private final Cluster cluster;
  private final GenerationChoice choice = new GenerationChoice();
  private volatile Generations known = Generations.NONE;

  ServedCluster(Cluster cluster) {
    this.cluster = cluster;
  }

  /** What {@code models} says. */
  void follow(Generations now) {
    known = now;
  }

  /** The generation that searches go to; 0 for none yet. */
  int served() {
    return served(cluster.view());
  }

  private int served(ClusterView view) {
    GenerationRecord announced = known.served();
    return choice.choose(view, announced == null ? 0 : announced.generation());
  }

  /**
   * Asks a question for the generation that is wanted, or for the served one; again for another one
   * where that went away meanwhile.
   *
   * @throws UnknownGenerationException when no node holds the one that is wanted
   * @throws GenerationNotReadyException when none is served yet
   */
  <T> T inquire(@Nullable Integer wanted, Function<Inquiry, T> question) {
    if (wanted != null) {
      requireHeld(wanted);
      return question.apply(new Inquiry(cluster, cluster.view(), wanted, true));
    }
    for (int i = 1; ; i++) {
      ClusterView view = cluster.view();
      int generation = served(view);
      if (generation == 0) {
        throw new GenerationNotReadyException(nothingServed(view));
      }
      try {
        return question.apply(new Inquiry(cluster, view, generation, i == CHOICES));
      } catch (Inquiry.GenerationGoneException e) {
        cluster.look().join();
      }
    }
  }

  private static String nothingServed(ClusterView view) {
    String unseen = view.unseenReasons();
    return "no generation can be answered from yet" + (unseen.isEmpty() ? "" : ": " + unseen);
  }

  private void requireHeld(int generation) {
    boolean isHeld =
        cluster.states().stream()
            .anyMatch(
                node ->
                    node.status() != null
                        && node.status()
                            .generation(generation)
                            .filter(status -> status.dimensions() > 0)
                            .isPresent());
    if (!isHeld) {
      throw new UnknownGenerationException(
          "generation %d is not in this cluster, which has %s"
              .formatted(
                  generation,
                  known.all().stream()
                      .filter(GenerationRecord::isLive)
                      .map(GenerationRecord::generation)
                      .toList()));
    }
  }

  /** {@inheritDoc} Here: whether every partition has a node that is. */
  @Override
  public boolean areReady(GenerationRecord record) {
    return cluster.view().everyPartition(node -> node.isReady(record.generation()));
  }

  /** Newest first. Counts are sums over the shards, progress is the smallest of theirs. */
  List<GenerationStatus> generations() {
    ClusterView view = cluster.view();
    List<GenerationStatus> all = new ArrayList<>();
    for (GenerationRecord record : known.all()) {
      all.add(ClusterStatus.of(record, view));
    }
    Collections.reverse(all);
    return all;
  }

  /** What keeps the cluster from any answer; empty where there is nothing. */
  Optional<String> obstacle() {
    ClusterView view = cluster.view();
    int generation = served(view);
    if (generation == 0) {
      return Optional.of(nothingServed(view));
    }
    boolean anyone = view.shards().stream().anyMatch(shard -> !shard.askable(generation).isEmpty());
    return anyone
        ? Optional.empty()
        : Optional.of(ClusterStatus.reasons(new HashSet<>(view.missing(generation))));
  }

  /** What keeps it from whole answers; empty where there is nothing. */
  Optional<String> gaps() {
    ClusterView view = cluster.view();
    int generation = served(view);
    List<Missing> missing = view.missing(generation);
    return missing.isEmpty() && generation != 0
        ? Optional.empty()
        : Optional.of(ClusterStatus.reasons(new HashSet<>(missing)));
  }

  /** How many partitions cannot be searched at the moment. */
  int missingPartitions() {
    ClusterView view = cluster.view();
    return view.missing(served(view)).stream().mapToInt(each -> each.partitions().size()).sum();
  }
}
