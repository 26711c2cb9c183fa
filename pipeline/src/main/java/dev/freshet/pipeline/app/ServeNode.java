package dev.freshet.pipeline.app;

import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.Encoder;
import dev.freshet.pipeline.conduct.Nodes;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.host.AnnouncedSwitch;
import dev.freshet.pipeline.host.HostedGenerations;
import dev.freshet.pipeline.host.RefreshPlanner;
import dev.freshet.pipeline.host.ServedCanary;
import dev.freshet.pipeline.http.DocumentResource;
import dev.freshet.pipeline.http.EmbeddingResource;
import dev.freshet.pipeline.http.GenerationResource;
import dev.freshet.pipeline.http.HealthResource;
import dev.freshet.pipeline.http.HttpServer;
import dev.freshet.pipeline.http.MetricsResource;
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
import dev.freshet.pipeline.search.Searcher;
import dev.freshet.pipeline.store.StoreSettings;
import dev.freshet.pipeline.store.VectorStore;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A serve node: follows {@code models} and the vectors of the generations there into its store, and
 * answers HTTP. It needs the brokers and a model, no job. Start and close from one thread.
 */
public final class ServeNode {
  private static final Duration POLL = Duration.ofMillis(50);

  private final HostedGenerations generations;
  private final HttpServer http;

  private ServeNode(HostedGenerations generations, HttpServer http) {
    this.generations = generations;
    this.http = http;
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
    HeldPartitions.claim(storeDirectory, config.serve().heldPartitions());
    VectorStore store =
        resources.add(VectorStore.open(storeDirectory, StoreSettings.of(config.store()), clock));
    resources.add(new TombstonePurge(store));
    var writer = resources.add(new KafkaDocumentWriter(config.kafka(), topics, clock));
    var generations =
        resources.add(new HostedGenerations(config, topics, partitions, store, writer));
    // At once, so that what is wrong with the served one stops the start; the tail tries again.
    generations.follow(models.read());
    resources.add(ModelsTail.start(config.kafka(), topics, generations::follow));
    resources.add(ServedCanary.start(generations, models, config.serve().canary()));
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    NodeMetrics metrics = resources.add(new NodeMetrics(registry, generations));
    SearchThreads threads = resources.add(new SearchThreads(config.serve()));
    Stream<Resource> own =
        Stream.of(
            new DocumentResource(generations, writer, config.serve(), registry),
            new ShardResource(generations, threads),
            new EmbeddingResource(generations::encoders, config.serve()),
            new GenerationResource(
                generations,
                new AnnouncedSwitch(models, generations, generations::servedGeneration),
                new RefreshPlanner(generations, config.kafka(), topics)::plan),
            new HealthResource(generations::obstacle),
            new MetricsResource(registry, metrics::update));
    Stream<Resource> feedback =
        FeedbackRoutes.of(generations, threads, config, registry, resources);
    HttpServer http =
        resources.add(
            HttpServer.start(
                config.serve(),
                registry,
                Stream.of(own, feedback, Stream.of(more)).flatMap(each -> each).toList()));
    return new ServeNode(generations, http);
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

  /** What the routes ask, for callers in this JVM. */
  public Searcher searcher() {
    return generations;
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

  /**
   * Waits until everything that was in the served generation's topic at the start is searchable.
   *
   * @throws IllegalStateException when its vectors are not followed, or the store is damaged
   */
  public void awaitReady() throws InterruptedException {
    while (generations.obstacle().isPresent()) {
      String failure = generations.failure();
      if (failure != null) {
        throw new IllegalStateException(failure);
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }
}
