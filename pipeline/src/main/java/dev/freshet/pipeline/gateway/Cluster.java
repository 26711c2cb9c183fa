package dev.freshet.pipeline.gateway;

import dev.freshet.pipeline.config.GatewayConfig;
import dev.freshet.pipeline.config.InvalidConfigException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes of {@code gateway.nodes}: looks at each again and again, on a thread of its own, and
 * asks those of a shard in turn. One that cannot be reached is left alone until it answers a look;
 * one that fails a question is asked last until then: a question that no node can answer must not
 * take a shard away from all the others. Thread-safe.
 */
public final class Cluster implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
  private static final Duration LONG_QUESTION = Duration.ofSeconds(60);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  private final GatewayConfig config;

  /** In the order of the configuration. */
  private final Map<URI, RemoteNode> nodes = new LinkedHashMap<>();

  private final Map<URI, NodeState> states = new ConcurrentHashMap<>();
  private final AtomicInteger turn = new AtomicInteger();
  private final ScheduledThreadPoolExecutor timer;

  private Cluster(GatewayConfig config, @Nullable String apiKey) {
    this.config = config;
    HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    for (URI uri : config.nodeUris()) {
      nodes.put(uri, new RemoteNode(http, uri, apiKey, config.shardTimeout(), LONG_QUESTION));
      states.put(uri, NodeState.unseen(uri));
    }
    timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "cluster");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
  }

  /**
   * Looks at every node once, and goes on looking.
   *
   * @param apiKey that the nodes ask for; null for none
   * @throws InvalidConfigException when there are no nodes, or two of them do not fit together
   */
  public static Cluster start(GatewayConfig config, @Nullable String apiKey) {
    if (config.nodeUris().isEmpty()) {
      throw new InvalidConfigException(
          "gateway.nodes is empty: name the serve nodes to ask, as http://node-1:7878,http://node-2:7878");
    }
    Cluster cluster = new Cluster(config, apiKey);
    cluster.look().join();
    Map<URI, String> misfits = cluster.view().misfits();
    if (!misfits.isEmpty()) {
      cluster.close();
      throw new InvalidConfigException("gateway.nodes: " + String.join("; ", misfits.values()));
    }
    cluster.nodes.values().forEach(cluster::lookLater);
    return cluster;
  }

  /** Looks at every node now; completes when each has answered or failed. */
  CompletableFuture<Void> look() {
    return CompletableFuture.allOf(
        nodes.values().stream().map(this::look).toArray(CompletableFuture<?>[]::new));
  }

  private CompletableFuture<Void> look(RemoteNode node) {
    return node.status()
        .handle(
            (status, thrown) -> {
              if (status != null) {
                NodeState before = states.put(node.uri(), NodeState.seen(node.uri(), status));
                if (before != null && before.problem() != null) {
                  LOG.info("{} answers, with the partitions {}", node, status.partitions());
                }
              } else {
                Throwable cause = RemoteNode.unwrap(Objects.requireNonNull(thrown));
                leaveOut(
                    node,
                    cause instanceof NodeException failure ? failure.reason() : cause.toString());
              }
              return null;
            });
  }

  private void lookLater(RemoteNode node) {
    if (!timer.isShutdown()) {
      var unused =
          timer.schedule(
              () -> {
                var answered = look(node).thenRun(() -> lookLater(node));
              },
              config.interval().toNanos(),
              TimeUnit.NANOSECONDS);
    }
  }

  /** It is not asked until it has answered a look. */
  private void leaveOut(RemoteNode node, String reason) {
    NodeState before = change(node, state -> state.withProblem(reason));
    if (before.problem() == null) {
      LOG.warn("{} is left out until it answers again: {}", node, reason);
    }
  }

  /** It failed a question. */
  private void failed(RemoteNode node, NodeException failure) {
    if (failure.getCause() instanceof ConnectException) {
      leaveOut(node, failure.reason());
      return;
    }
    NodeState before = change(node, state -> state.withDoubt(failure.reason()));
    if (before.doubt() == null) {
      LOG.warn("{} is asked last until it answers a look: {}", node, failure.reason());
    }
  }

  /** Looks and questions end on threads of their own. */
  private NodeState change(RemoteNode node, UnaryOperator<NodeState> change) {
    NodeState[] before = new NodeState[1];
    states.computeIfPresent(
        node.uri(),
        (uri, state) -> {
          before[0] = state;
          return change.apply(state);
        });
    return before[0];
  }

  private NodeState state(URI uri) {
    return Objects.requireNonNull(states.get(uri));
  }

  /** As of now. */
  ClusterView view() {
    return ClusterView.of(states());
  }

  /** In the order of the configuration. */
  List<NodeState> states() {
    return nodes.keySet().stream().map(this::state).toList();
  }

  /**
   * Asks one replica of a shard; another one where it fails or is slow. See {@link ReplicaCall}.
   *
   * @param generation that they are to be ready for
   * @return fails with a {@link NodeException} where none answers
   */
  <T> CompletableFuture<T> ask(
      ClusterView.ShardView shard,
      int generation,
      Function<RemoteNode, CompletableFuture<T>> question) {
    List<RemoteNode> replicas = inTurn(generation, shard.askable(generation));
    if (replicas.isEmpty()) {
      return CompletableFuture.failedFuture(
          new NodeException(NodeException.Kind.FAILED, shard.missing(generation).reason()));
    }
    return ReplicaCall.ask(
        replicas, question, config.hedgeAfter(), config.shardTimeout(), timer, this::failed);
  }

  /**
   * Asks nodes one after the other what may take long; the next one where one fails, which says
   * nothing about searches.
   */
  <T> CompletableFuture<T> askLong(
      List<URI> uris, int generation, Function<RemoteNode, CompletableFuture<T>> question) {
    return ReplicaCall.ask(
        inTurn(generation, uris),
        question,
        LONG_QUESTION,
        LONG_QUESTION,
        timer,
        (node, failure) -> {});
  }

  /** Those that are as good as the best are first in turn. */
  private List<RemoteNode> inTurn(int generation, List<URI> best) {
    List<RemoteNode> replicas = new ArrayList<>();
    best.forEach(uri -> replicas.add(Objects.requireNonNull(nodes.get(uri))));
    boolean serves = !best.isEmpty() && state(best.get(0)).serves(generation);
    int well =
        (int)
            best.stream()
                .map(this::state)
                .takeWhile(node -> node.isWell() && node.serves(generation) == serves)
                .count();
    if (well > 1) {
      Collections.rotate(replicas.subList(0, well), turn.getAndIncrement() % well);
    }
    return replicas;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
