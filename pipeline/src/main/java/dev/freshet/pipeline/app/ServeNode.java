package dev.freshet.pipeline.app;

import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.Encoder;
import dev.freshet.pipeline.conduct.Nodes;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.gateway.GatewaySearcher;
import dev.freshet.pipeline.host.HostedGenerations;
import dev.freshet.pipeline.host.NodeHealth;
import dev.freshet.pipeline.host.RefreshPlanner;
import dev.freshet.pipeline.host.ServedCanary;
import dev.freshet.pipeline.http.EmbeddingResource;
import dev.freshet.pipeline.http.HealthResource;
import dev.freshet.pipeline.http.HttpServer;
import dev.freshet.pipeline.http.MetricsResource;
import dev.freshet.pipeline.http.NodesResource;
import dev.freshet.pipeline.http.Resource;
import dev.freshet.pipeline.http.SearchThreads;
import dev.freshet.pipeline.http.ServedEncoders;
import dev.freshet.pipeline.http.ShardResource;
import dev.freshet.pipeline.index.IndexJob;
import dev.freshet.pipeline.kafka.KafkaDocumentWriter;
import dev.freshet.pipeline.kafka.ModelsTail;
import dev.freshet.pipeline.kafka.ModelsTopic;
import dev.freshet.pipeline.kafka.TopicAdmin;
import dev.freshet.pipeline.kafka.TopicProvisioner;
import dev.freshet.pipeline.replica.Lineage;
import dev.freshet.pipeline.replica.SnapshotResource;
import dev.freshet.pipeline.search.RefreshPlan;
import dev.freshet.pipeline.search.Searcher;
import dev.freshet.pipeline.store.StoreSettings;
import dev.freshet.pipeline.store.VectorStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A serve node: follows {@code models} and the vectors of the generations there into its store, and
 * answers HTTP. It needs the brokers and a model, no job. With {@code gateway.nodes} its public
 * routes answer for that cluster, of which it may be a node itself; {@code /v1/shard} is always
 * what it holds. Start and close from one thread.
 */
public final class ServeNode {
  private static final Duration POLL = Duration.ofMillis(50);

  private final HostedGenerations generations;

  /** What the public routes answer for, where this node is a gateway, too; null where it is not. */
  private final @Nullable GatewaySearcher cluster;

  private final HttpServer http;
  private final MeterRegistry registry;

  private ServeNode(
      HostedGenerations generations,
      @Nullable GatewaySearcher cluster,
      HttpServer http,
      MeterRegistry registry) {
    this.generations = generations;
    this.cluster = cluster;
    this.http = http;
    this.registry = registry;
  }

  /**
   * Starts the node; it answers when this returns, and is ready once {@link #awaitReady} returns.
   *
   * @param storeDirectory the node's own folder
   * @param resources takes every part of the node; the caller closes it
   * @param more routes, beside those of every node
   */
  public static ServeNode start(
      FreshetConfig config, Path storeDirectory, Resources resources, Resource... more) {
    var topics = new Topics(config.kafka().topicPrefix());
    var clock = Clock.systemUTC();
    TopicProvisioner.provision(
        config.kafka(), topics, Topics.FIRST_GENERATION, IndexJob.MAX_RECORD_BYTES);
    var models = new ModelsTopic(config.kafka(), topics, clock);
    announceFirst(config, models);
    int partitions = partitions(config, topics);
    HeldPartitions.requireThere(config.serve().heldPartitions(), partitions, topics.documents());
    ReplicaStart.fill(storeDirectory, config, topics, models);
    HeldPartitions.claim(storeDirectory, config.serve().heldPartitions());
    VectorStore store =
        resources.add(VectorStore.open(storeDirectory, StoreSettings.of(config.store()), clock));
    resources.add(new TombstonePurge(store));
    var writer = resources.add(new KafkaDocumentWriter(config.kafka(), topics, clock));
    var generations =
        resources.add(new HostedGenerations(config, topics, partitions, store, writer));
    NodeHealth health = generations.health();
    // At once, so that what is wrong with the served one stops the start.
    generations.start(models.read());
    resources.add(ModelsTail.start(config.kafka(), topics, generations::follow));
    resources.add(ServedCanary.start(generations, models, config.serve().canary()));
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    NodeMetrics metrics = resources.add(new NodeMetrics(registry, generations));
    Supplier<RefreshPlan> plan = new RefreshPlanner(generations, config.kafka(), topics)::plan;
    // Not those of the public routes: there searches of a gateway wait for these, perhaps its own.
    SearchThreads threads = resources.add(new SearchThreads(config.serve()));
    Stream<Resource> own =
        Stream.of(
            new ShardResource(generations, plan, threads),
            new SnapshotResource(
                store, () -> Lineage.of(config, topics, models.read()), health::obstacle),
            new EmbeddingResource(generations::encoders, config.serve()),
            new MetricsResource(registry, metrics::update));
    GatewaySearcher cluster =
        config.gateway().nodeUris().isEmpty()
            ? null
            : ClusterSearch.start(config, models, registry, resources);
    Stream<Resource> people =
        cluster == null
            ? Stream.concat(
                Stream.of(new HealthResource(health::stall, health::obstacle)),
                PublicRoutes.of(generations, plan, writer, models, config, registry, resources))
            : Stream.concat(
                Stream.of(
                    new HealthResource(
                        health::stall, () -> health.obstacle().or(cluster::obstacle)),
                    new NodesResource(cluster::nodes)),
                PublicRoutes.of(
                    cluster, cluster::plan, writer, models, config, registry, resources));
    HttpServer http =
        resources.add(
            HttpServer.start(
                config.serve(),
                registry,
                Stream.of(own, people, Stream.of(more)).flatMap(each -> each).toList()));
    return new ServeNode(generations, cluster, http, registry);
  }

  /** How many there are of {@code documents}. */
  private static int partitions(FreshetConfig config, Topics topics) {
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      return admin.partitions(topics.documents());
    }
  }

  /** The configured model is the first generation, where there is none yet. */
  private static void announceFirst(FreshetConfig config, ModelsTopic models) {
    try (Encoder documents = Models.acquire(config, Side.DOCUMENT)) {
      GenerationRecord first = models.read().get(Topics.FIRST_GENERATION);
      if (first == null || first.isLive()) {
        models.claim(Topics.FIRST_GENERATION, documents);
      }
    }
  }

  /** Where the node answers. */
  public URI uri() {
    return http.uri();
  }

  /** What the public routes ask, for callers in this JVM. */
  public Searcher searcher() {
    return cluster == null ? generations : cluster;
  }

  /** What {@code /metrics} tells, for others in this JVM to add to. */
  MeterRegistry metrics() {
    return registry;
  }

  /** What keeps it from whole answers for its cluster; empty where it is no gateway. */
  Optional<String> gaps() {
    return cluster == null ? Optional.empty() : cluster.gaps();
  }

  /** What the conductor asks, for one in this JVM. */
  Nodes nodes() {
    return generations;
  }

  /** The generation whose vectors the served one searches. */
  int vectors() {
    return generations.servedVectors();
  }

  /** The served model, in one line; in two where queries and documents have different ones. */
  public List<String> models() {
    ServedEncoders encoders = generations.encoders();
    return Stream.of(encoders.documents(), encoders.queries())
        .map(Encoder::description)
        .distinct()
        .toList();
  }

  /** What keeps it from taking changes or from answering at the moment, or nothing. */
  public Optional<String> obstacle() {
    return generations.health().obstacle();
  }

  /**
   * Waits until everything that was in the served generation's topic at the start is searchable,
   * and, where this node is a gateway, until its cluster answers. Where there is no room for it,
   * the node is as ready as it can be: it answers by what it has, and {@link #obstacle} says what
   * it waits for.
   *
   * @throws IllegalStateException when its vectors are not followed, or the store is damaged
   */
  public void awaitReady() throws InterruptedException {
    NodeHealth health = generations.health();
    while (health.obstacle().isPresent()) {
      String breakdown = health.breakdown();
      if (breakdown != null) {
        throw new IllegalStateException(breakdown);
      }
      if (health.failure() != null) {
        break;
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
    if (cluster != null) {
      cluster.look(); // what it saw of this node last may be from before
      while (cluster.obstacle().isPresent()) {
        TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
      }
    }
  }
}
