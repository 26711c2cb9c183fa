package dev.freshet.pipeline.app;

import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.gateway.GatewaySearcher;
import dev.freshet.pipeline.http.EmbeddingRelay;
import dev.freshet.pipeline.http.HealthResource;
import dev.freshet.pipeline.http.HttpServer;
import dev.freshet.pipeline.http.MetricsResource;
import dev.freshet.pipeline.http.NodesResource;
import dev.freshet.pipeline.http.Resource;
import dev.freshet.pipeline.index.IndexJob;
import dev.freshet.pipeline.kafka.KafkaDocumentWriter;
import dev.freshet.pipeline.kafka.ModelsTopic;
import dev.freshet.pipeline.kafka.TopicProvisioner;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A gateway: the routes of a serve node, answered by a cluster of them. It needs the brokers and
 * the nodes, no model and no store; any number of them may run. Start and close from one thread.
 */
public final class GatewayNode {
  private static final Duration POLL = Duration.ofMillis(50);

  private final GatewaySearcher searcher;
  private final HttpServer http;

  private GatewayNode(GatewaySearcher searcher, HttpServer http) {
    this.searcher = searcher;
    this.http = http;
  }

  /**
   * Starts the gateway; it answers when this returns.
   *
   * @param resources takes every part of it; the caller closes it
   * @throws dev.freshet.pipeline.config.InvalidConfigException when there are no nodes, or two of
   *     them do not fit together
   */
  public static GatewayNode start(FreshetConfig config, Resources resources) {
    var topics = new Topics(config.kafka().topicPrefix());
    var clock = Clock.systemUTC();
    TopicProvisioner.provision(
        config.kafka(), topics, Topics.FIRST_GENERATION, IndexJob.MAX_RECORD_BYTES);
    var models = new ModelsTopic(config.kafka(), topics, clock);
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    GatewaySearcher searcher = ClusterSearch.start(config, models, registry, resources);
    Gauge.builder("freshet.generation.served", searcher, GatewaySearcher::servedGeneration)
        .description("The generation that searches go to")
        .register(registry);
    var writer = resources.add(new KafkaDocumentWriter(config.kafka(), topics, clock));
    Stream<Resource> own =
        Stream.of(
            new EmbeddingRelay(searcher::embeddings, config.serve()),
            new NodesResource(searcher::nodes),
            new HealthResource(Optional::empty, searcher::obstacle),
            new MetricsResource(registry, () -> {}));
    Stream<Resource> people =
        PublicRoutes.of(searcher, searcher::plan, writer, models, config, registry, resources);
    HttpServer http =
        resources.add(
            HttpServer.start(config.serve(), registry, Stream.concat(own, people).toList()));
    return new GatewayNode(searcher, http);
  }

  /** Where the gateway answers. */
  public URI uri() {
    return http.uri();
  }

  /** What keeps it from whole answers now. */
  Optional<String> gaps() {
    return searcher.gaps();
  }

  /** Waits until every partition can be searched. */
  public void awaitWhole() throws InterruptedException {
    while (searcher.gaps().isPresent()) {
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }
}
