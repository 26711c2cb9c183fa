package dev.freshet.pipeline.app;

import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.Encoder;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.ServeConfig;
import dev.freshet.pipeline.event.DocumentCodec;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.http.DocumentResource;
import dev.freshet.pipeline.http.EmbeddingResource;
import dev.freshet.pipeline.http.GenerationResource;
import dev.freshet.pipeline.http.HealthResource;
import dev.freshet.pipeline.http.HttpServer;
import dev.freshet.pipeline.http.MetricsResource;
import dev.freshet.pipeline.http.SearchResource;
import dev.freshet.pipeline.http.ServedEncoders;
import dev.freshet.pipeline.index.IndexJob;
import dev.freshet.pipeline.kafka.KafkaClients;
import dev.freshet.pipeline.kafka.KafkaDocumentWriter;
import dev.freshet.pipeline.kafka.ModelsTopic;
import dev.freshet.pipeline.kafka.TopicProvisioner;
import dev.freshet.pipeline.kafka.VectorTail;
import dev.freshet.pipeline.search.GenerationIndex;
import dev.freshet.pipeline.search.LocalSearcher;
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
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A serve node: follows {@code vectors.g} into its store and answers HTTP. It needs the brokers and
 * a model, no job. Start and close from one thread.
 */
public final class ServeNode {
  /** The one generation until tuning makes more. */
  static final int GENERATION = 1;

  private static final Duration POLL = Duration.ofMillis(100);

  private final Searcher searcher;
  private final VectorTail tail;
  private final HttpServer http;
  private final ServedEncoders encoders;

  private ServeNode(Searcher searcher, VectorTail tail, HttpServer http, ServedEncoders encoders) {
    this.searcher = searcher;
    this.tail = tail;
    this.http = http;
    this.encoders = encoders;
  }

  /**
   * Starts the node; it answers when this returns, and is ready once {@link #tail} has caught up.
   *
   * @param storeDirectory the node's own folder
   * @param resources takes every part of the node; the caller closes it
   */
  static ServeNode start(FreshetConfig config, Path storeDirectory, Resources resources) {
    var topics = new Topics(config.kafka().topicPrefix());
    var clock = Clock.systemUTC();
    TopicProvisioner.provision(config.kafka(), topics, GENERATION, IndexJob.MAX_RECORD_BYTES);
    ServedEncoders encoders =
        new ServedEncoders(
            GENERATION,
            resources.add(Models.acquire(config, Side.QUERY)),
            resources.add(Models.acquire(config, Side.DOCUMENT)));
    Encoder queries = encoders.queries();
    new ModelsTopic(config.kafka(), topics, clock).claim(GENERATION, encoders.documents());
    VectorStore store =
        resources.add(VectorStore.open(storeDirectory, StoreSettings.of(config.store()), clock));
    resources.add(new TombstonePurge(store));
    GenerationIndex index =
        GenerationIndex.open(store, GENERATION, queries.dimensions(), DocumentCodec::decode);
    var writer = resources.add(new KafkaDocumentWriter(config.kafka(), topics, clock));
    VectorTail tail = resources.add(follow(config, topics, index, writer));
    var searcher =
        new LocalSearcher(
            index,
            queries,
            config.serve().searchTimeout(),
            config.serve().maxHits(),
            tail::progress);
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    resources.add(new NodeMetrics(registry, GENERATION, searcher, tail, queries));
    HttpServer http =
        resources.add(listen(config.serve(), registry, searcher, writer, tail, encoders));
    return new ServeNode(searcher, tail, http, encoders);
  }

  private static VectorTail follow(
      FreshetConfig config, Topics topics, GenerationIndex index, KafkaDocumentWriter writer) {
    String topic = topics.vectors(GENERATION);
    return VectorTail.start(
        KafkaClients.properties(config.kafka()),
        topic,
        new TailTarget(index, writer, topic),
        (record, reason) ->
            writer
                .deadLetter(
                    record.key(),
                    record.value(),
                    reason,
                    topic,
                    new Position(record.partition(), record.offset()))
                .join());
  }

  private static HttpServer listen(
      ServeConfig config,
      PrometheusMeterRegistry registry,
      Searcher searcher,
      KafkaDocumentWriter writer,
      VectorTail tail,
      ServedEncoders encoders) {
    return HttpServer.start(
        config,
        registry,
        List.of(
            new DocumentResource(searcher, writer, config, registry),
            new SearchResource(searcher, config, registry),
            new EmbeddingResource(() -> encoders, config),
            new GenerationResource(searcher),
            new HealthResource(() -> obstacle(tail)),
            new MetricsResource(registry)));
  }

  private static Optional<String> obstacle(VectorTail tail) {
    Throwable failure = tail.failure();
    if (failure != null) {
      return Optional.of("the vectors are not followed any more: " + failure.getMessage());
    }
    return tail.caughtUp()
        ? Optional.empty()
        : Optional.of("catching up, %.0f %% done".formatted(100 * tail.progress()));
  }

  /** Where the node answers. */
  public URI uri() {
    return http.uri();
  }

  /** What the routes ask, for callers in this JVM. */
  public Searcher searcher() {
    return searcher;
  }

  /** The model, in one line; in two where queries and documents have different ones. */
  public List<String> models() {
    return Stream.of(encoders.documents(), encoders.queries())
        .map(Encoder::description)
        .distinct()
        .toList();
  }

  /** Follows the vectors; ready when it has caught up. */
  public VectorTail tail() {
    return tail;
  }

  /**
   * Waits until everything that was in the topic at the start is searchable.
   *
   * @throws IllegalStateException when the tail has stopped
   */
  public void awaitReady() throws InterruptedException {
    while (!tail.awaitCaughtUp(POLL)) {
      Throwable failure = tail.failure();
      if (failure != null) {
        throw new IllegalStateException(failure.getMessage(), failure);
      }
    }
  }
}
