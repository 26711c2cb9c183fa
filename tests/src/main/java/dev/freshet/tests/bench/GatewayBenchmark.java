package dev.freshet.tests.bench;

import dev.freshet.pipeline.app.EmbeddedStack;
import dev.freshet.pipeline.app.GatewayNode;
import dev.freshet.pipeline.app.Resources;
import dev.freshet.pipeline.app.ServeNode;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.Partitions;
import dev.freshet.pipeline.config.TuneConfig;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.kafka.KafkaDocumentWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a gateway adds to a search, held against the nodes that it asks. Every query goes to each in
 * turn: a node that holds everything, a gateway to that node alone, one of two shards, a gateway to
 * both. The first pair tells what the way through a gateway costs, the second also what it costs to
 * wait for the slower shard and to join their lists. One search is under way at a time, and all of
 * it runs in this process: where there are few processors, the shards take turns at them.
 */
final class GatewayBenchmark {
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final Options options;
  private final List<Document> documents;
  private final Resources resources;
  private final EmbeddedStack stack;

  /**
   * @param config the stack's; its data directory should be empty
   * @param warmUp searches before those that count
   * @param searches of each kind that count
   * @throws IllegalArgumentException when there are no searches, or too few partitions for two
   *     shards
   */
  record Options(FreshetConfig config, Duration warmUp, int searches) {
    Options {
      if (searches < 1) {
        throw new IllegalArgumentException("searches must be at least 1: " + searches);
      }
      if (config.kafka().partitions() < 2) {
        throw new IllegalArgumentException(
            "kafka.partitions must be at least 2, for two shards: " + config.kafka().partitions());
      }
    }
  }

  /** What was measured; all but the first two of a search. */
  record Result(
      int documents,
      int searches,
      Cost node,
      Cost gatewayToNode,
      Cost shard,
      Cost gatewayToShards) {
    String table() {
      return "%-18s  %7s  %7s  %7s  %7s%n".formatted("a search, in ms", "p50", "p90", "p99", "CPU")
          + node.line("one node")
          + gatewayToNode.line("gateway to it")
          + gatewayToNode.over(node).line("  ratio")
          + shard.line("one of two shards")
          + gatewayToShards.line("gateway to both")
          + gatewayToShards.over(shard).line("  ratio");
    }
  }

  /**
   * Of a search.
   *
   * @param millis from the request to the answer
   * @param cpuMillis that this process takes meanwhile, client and all nodes together: the mean,
   *     since that clock goes in steps of 10 ms
   */
  record Cost(Quantiles millis, double cpuMillis) {
    private Cost over(Cost other) {
      return new Cost(
          new Quantiles(
              millis.p50() / other.millis.p50(),
              millis.p90() / other.millis.p90(),
              millis.p99() / other.millis.p99(),
              millis.max() / other.millis.max()),
          cpuMillis / other.cpuMillis);
    }

    private String line(String name) {
      return "%-18s  %7.2f  %7.2f  %7.2f  %7.2f%n"
          .formatted(name, millis.p50(), millis.p90(), millis.p99(), cpuMillis);
    }
  }

  /**
   * Who is asked.
   *
   * @param isWhole whether it answers for all documents
   */
  private record Asked(String name, SearchClient client, boolean isWhole) {
    void search(String text) {
      boolean answersWhole = client.search(text);
      if (answersWhole != isWhole) {
        throw new IllegalStateException(
            "an answer of %s was %s: it cannot be compared"
                .formatted(name, answersWhole ? "whole" : "partial"));
      }
    }
  }

  private GatewayBenchmark(
      Options options, List<Document> documents, Resources resources, EmbeddedStack stack) {
    this.options = options;
    this.documents = documents;
    this.resources = resources;
    this.stack = stack;
  }

  static Result run(Options options, List<Document> documents) throws Exception {
    try (Resources resources = new Resources()) {
      FreshetConfig config = options.config();
      // So many searches would start a round, which takes the processors.
      EmbeddedStack stack =
          resources.add(
              EmbeddedStack.start(
                  config.withTune(config.tune().withStart(TuneConfig.Start.NEVER))));
      return new GatewayBenchmark(options, documents, resources, stack).run();
    }
  }

  private Result run() throws InterruptedException {
    write();
    int half = options.config().kafka().partitions() / 2;
    Partitions partitions = Partitions.first(options.config().kafka().partitions());
    List<URI> shards =
        List.of(
            shard("left", Partitions.first(half)),
            shard("right", partitions.without(Partitions.first(half))));
    URI node = stack.node().uri();
    List<Asked> all =
        List.of(
            new Asked("the node", client(node), true),
            new Asked("the gateway to it", client(gateway(List.of(node))), true),
            new Asked("the shard", client(shards.get(0)), false),
            new Asked("the gateway to both", client(gateway(shards)), true));
    long start = System.nanoTime();
    while (System.nanoTime() - start < options.warmUp().toNanos()) {
      measure(all, all.size());
    }
    List<Cost> costs = measure(all, options.searches());
    return new Result(
        documents.size(),
        options.searches(),
        costs.get(0),
        costs.get(1),
        costs.get(2),
        costs.get(3));
  }

  /** Every query goes to all, and another one is the first each time. */
  private List<Cost> measure(List<Asked> all, int searches) {
    double[][] millis = new double[all.size()][searches];
    double[] cpuMillis = new double[all.size()];
    for (int i = 0; i < searches; i++) {
      String text = documents.get(i % documents.size()).text();
      for (int j = 0; j < all.size(); j++) {
        int asked = (i + j) % all.size();
        long cpu = CpuClock.process();
        long start = System.nanoTime();
        all.get(asked).search(text);
        millis[asked][i] = (System.nanoTime() - start) / 1e6;
        cpuMillis[asked] += (CpuClock.process() - cpu) / 1e6;
      }
    }
    return IntStream.range(0, all.size())
        .mapToObj(i -> new Cost(Quantiles.of(millis[i]), cpuMillis[i] / searches))
        .toList();
  }

  /** Everything is searchable then. */
  private void write() throws InterruptedException {
    var topics = new Topics(stack.config().kafka().topicPrefix());
    try (var writer = new KafkaDocumentWriter(stack.config().kafka(), topics, Clock.systemUTC())) {
      documents.forEach(writer::upsert);
      while (stack.node().searcher().generations().get(0).documents() < documents.size()) {
        TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
      }
    }
  }

  private SearchClient client(URI uri) {
    return new SearchClient(uri, stack.config().serve().apiKey());
  }

  private URI shard(String name, Partitions held) throws InterruptedException {
    FreshetConfig config = stack.config();
    Path folder = config.dataDir().resolve(name);
    ServeNode shard =
        ServeNode.start(
            config.withServe(config.serve().withPort(0).withPartitions(held)), folder, resources);
    shard.awaitReady();
    return shard.uri();
  }

  private URI gateway(List<URI> nodes) throws InterruptedException {
    FreshetConfig config = stack.config();
    String urls = nodes.stream().map(URI::toString).collect(Collectors.joining(","));
    GatewayNode gateway =
        GatewayNode.start(
            config
                .withServe(config.serve().withPort(0))
                .withGateway(config.gateway().withNodes(urls)),
            resources);
    gateway.awaitWhole();
    return gateway.uri();
  }
}
