package dev.freshet.pipeline.gateway;

import dev.freshet.pipeline.config.Values;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One question to the replicas of a shard: the first is asked; when it fails the next one, at once;
 * when it is slow the next one beside it. The first answer counts. One per question.
 *
 * @param <T> the answer
 */
final class ReplicaCall<T> {
  private final List<RemoteNode> replicas;
  private final Function<RemoteNode, CompletableFuture<T>> question;
  private final BiConsumer<RemoteNode, NodeException> failed;
  private final CompletableFuture<T> answer = new CompletableFuture<>();

  /** Asked, and neither failed nor answered yet. */
  private final Set<RemoteNode> pending = new LinkedHashSet<>();

  private final Map<RemoteNode, NodeException> failures = new LinkedHashMap<>();
  private int next;

  private ReplicaCall(
      List<RemoteNode> replicas,
      Function<RemoteNode, CompletableFuture<T>> question,
      BiConsumer<RemoteNode, NodeException> failed) {
    this.replicas = replicas;
    this.question = question;
    this.failed = failed;
  }

  /**
   * Asks.
   *
   * @param replicas the best first; where there are none the question fails
   * @param hedgeAfter how long to wait for one before the next is asked, too
   * @param timeout after which the question fails
   * @param failed told of nodes that cannot be reached or fail, and why
   * @return fails with a {@link NodeException}: {@link NodeException.Kind#UNKNOWN_GENERATION} where
   *     that is all that is wrong
   */
  static <T> CompletableFuture<T> ask(
      List<RemoteNode> replicas,
      Function<RemoteNode, CompletableFuture<T>> question,
      Duration hedgeAfter,
      Duration timeout,
      ScheduledExecutorService timer,
      BiConsumer<RemoteNode, NodeException> failed) {
    ReplicaCall<T> call = new ReplicaCall<>(replicas, question, failed);
    List<Future<?>> timers = new ArrayList<>();
    for (int i = 1; i < replicas.size(); i++) {
      int already = i;
      long at = hedgeAfter.multipliedBy(i).toNanos();
      timers.add(timer.schedule(() -> call.hedge(already), at, TimeUnit.NANOSECONDS));
    }
    timers.add(timer.schedule(() -> call.giveUp(timeout), timeout.toNanos(), TimeUnit.NANOSECONDS));
    call.answer.whenComplete((value, thrown) -> timers.forEach(each -> each.cancel(false)));
    if (replicas.isEmpty()) {
      call.answer.completeExceptionally(
          new NodeException(NodeException.Kind.FAILED, "no node can be asked"));
    }
    call.askNext();
    return call.answer;
  }

  /** Asks one more where no more than so many were asked yet. */
  private void hedge(int already) {
    boolean isDue;
    synchronized (this) {
      isDue = next <= already;
    }
    if (isDue) {
      askNext();
    }
  }

  private void askNext() {
    RemoteNode node;
    synchronized (this) {
      if (answer.isDone() || next == replicas.size()) {
        return;
      }
      node = replicas.get(next++);
      pending.add(node);
    }
    CompletableFuture<T> asked = question.apply(node);
    asked.whenComplete((value, thrown) -> done(node, value, thrown));
  }

  private void done(RemoteNode node, @Nullable T value, @Nullable Throwable thrown) {
    synchronized (this) {
      pending.remove(node);
    }
    if (value != null || thrown == null) {
      answer.complete(value);
      return;
    }
    NodeException failure = failure(RemoteNode.unwrap(thrown));
    if (failure.kind() == NodeException.Kind.QUERY) {
      answer.completeExceptionally(failure);
      return;
    }
    if (failure.kind() == NodeException.Kind.FAILED) {
      failed.accept(node, failure);
    }
    boolean isLast;
    synchronized (this) {
      failures.put(node, failure);
      isLast = next == replicas.size() && pending.isEmpty();
    }
    if (isLast) {
      answer.completeExceptionally(summary());
    } else {
      askNext();
    }
  }

  private static NodeException failure(Throwable thrown) {
    return thrown instanceof NodeException failure
        ? failure
        : new NodeException(NodeException.Kind.FAILED, thrown.toString(), thrown);
  }

  private void giveUp(Duration timeout) {
    List<RemoteNode> silent;
    synchronized (this) {
      silent = new ArrayList<>(pending);
    }
    if (answer.isDone()) {
      return;
    }
    NodeException tooLate =
        new NodeException(
            NodeException.Kind.FAILED,
            "no answer within %s (gateway.shardTimeout)".formatted(Values.formatDuration(timeout)));
    synchronized (this) {
      silent.forEach(node -> failures.put(node, tooLate));
    }
    if (answer.completeExceptionally(summary())) {
      silent.forEach(node -> failed.accept(node, tooLate));
    }
  }

  private synchronized NodeException summary() {
    boolean isUnknown =
        failures.values().stream()
            .allMatch(failure -> failure.kind() == NodeException.Kind.UNKNOWN_GENERATION);
    return new NodeException(
        isUnknown ? NodeException.Kind.UNKNOWN_GENERATION : NodeException.Kind.FAILED,
        failures.entrySet().stream()
            .map(each -> each.getKey() + ": " + each.getValue().reason())
            .collect(Collectors.joining("; ")));
  }
}
