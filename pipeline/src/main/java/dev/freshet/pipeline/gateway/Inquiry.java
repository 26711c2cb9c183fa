package dev.freshet.pipeline.gateway;

import dev.freshet.model.encoder.EncodingException;
import dev.freshet.pipeline.search.GenerationNotReadyException;
import dev.freshet.pipeline.search.Missing;
import dev.freshet.pipeline.search.UnknownGenerationException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One question of a client's, put to the shards of a cluster: to one replica of each, and to all of
 * them for one generation. It keeps what did not answer. One per attempt, for one thread.
 */
final class Inquiry {
  private final Cluster cluster;
  private final ClusterView view;
  private final int generation;
  private final boolean isLast;
  private Set<Missing> missing = new HashSet<>();

  /**
   * @param view the shards that are asked
   * @param isLast whether a shard that does not hold the generation is missing; where it is not,
   *     the question fails with a {@link GenerationGoneException}
   */
  Inquiry(Cluster cluster, ClusterView view, int generation, boolean isLast) {
    this.cluster = cluster;
    this.view = view;
    this.generation = generation;
    this.isLast = isLast;
    startAnew();
  }

  /** A shard does not hold the generation that was chosen: another one is to be chosen. */
  static final class GenerationGoneException extends RuntimeException {
    GenerationGoneException(String message) {
      super(message);
    }
  }

  /** What one shard said, or why it did not. */
  record Said<T>(ClusterView.ShardView shard, @Nullable T answer, @Nullable NodeException failure) {
    private boolean isGone() {
      return failure != null && failure.kind() == NodeException.Kind.UNKNOWN_GENERATION;
    }

    private Missing missing() {
      return shard.missing(failure == null ? "" : failure.reason());
    }
  }

  int generation() {
    return generation;
  }

  /** What did not answer, since it started or started anew. */
  Set<Missing> missing() {
    return missing;
  }

  /** Forgets what did not answer: everything is asked once more. */
  void startAnew() {
    missing = new HashSet<>(view.unheld());
  }

  /** Asks a shard that is ready for the generation; see {@link #await}. */
  <T> CompletableFuture<Said<T>> ask(
      ClusterView.ShardView shard, Function<RemoteNode, CompletableFuture<T>> question) {
    return said(shard, cluster.ask(shard, generation, question));
  }

  /** Asks every shard at once, and waits for all. */
  <T> List<Said<T>> askAll(Function<RemoteNode, CompletableFuture<T>> question) {
    return await(view.shards().stream().map(shard -> ask(shard, question)).toList());
  }

  /** As {@link #askAll}, for what may take long. */
  <T> List<Said<T>> askAllLong(Function<RemoteNode, CompletableFuture<T>> question) {
    return await(
        view.shards().stream()
            .map(
                shard ->
                    said(shard, cluster.askLong(shard.askable(generation), generation, question)))
            .toList());
  }

  private static <T> CompletableFuture<Said<T>> said(
      ClusterView.ShardView shard, CompletableFuture<T> asked) {
    return asked.handle(
        (answer, thrown) -> {
          if (answer != null) {
            return new Said<>(shard, answer, null);
          }
          if (RemoteNode.unwrap(thrown) instanceof NodeException failure) {
            return new Said<>(shard, null, failure);
          }
          throw new CompletionException(thrown);
        });
  }

  /**
   * Waits for all.
   *
   * @throws EncodingException when a node cannot encode the query, as no node could
   * @throws GenerationGoneException when a shard does not hold the generation, and it is not the
   *     last attempt
   */
  <T> List<Said<T>> await(List<CompletableFuture<Said<T>>> asked) {
    List<Said<T>> answered = asked.stream().map(CompletableFuture::join).toList();
    for (Said<T> each : answered) {
      NodeException failure = each.failure();
      if (failure != null && failure.kind() == NodeException.Kind.QUERY) {
        throw new EncodingException(failure.reason());
      }
      if (failure != null && each.isGone() && !isLast) {
        throw new GenerationGoneException(failure.reason());
      }
    }
    return answered;
  }

  /** What was answered; what was not is missing. */
  <T> List<T> answered(List<Said<T>> said) {
    List<T> answers = new ArrayList<>();
    for (Said<T> each : said) {
      if (each.answer() != null) {
        answers.add(each.answer());
      } else {
        missing.add(each.missing());
      }
    }
    return answers;
  }

  /**
   * As {@link #answered}, and something was.
   *
   * @throws UnknownGenerationException when nobody holds the generation
   * @throws GenerationNotReadyException when nobody answers
   */
  <T> List<T> answers(List<Said<T>> said) {
    List<T> answers = answered(said);
    if (answers.isEmpty()) {
      String reasons = ClusterStatus.reasons(missing);
      throw !said.isEmpty() && said.stream().allMatch(Said::isGone)
          ? new UnknownGenerationException(reasons)
          : new GenerationNotReadyException("no shard answers: " + reasons);
    }
    return answers;
  }
}
