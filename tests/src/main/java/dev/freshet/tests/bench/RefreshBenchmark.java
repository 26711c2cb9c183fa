package dev.freshet.tests.bench;

import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.BuiltInBackbone;
import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.ModelFolder;
import dev.freshet.model.encoder.Passage;
import dev.freshet.model.encoder.Priority;
import dev.freshet.model.service.Encoders;
import dev.freshet.pipeline.app.EmbeddedStack;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.TuneConfig;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.kafka.KafkaDocumentWriter;
import dev.freshet.pipeline.registry.GenerationPublisher;
import dev.freshet.pipeline.search.GenerationStatus;
import dev.freshet.pipeline.search.Searcher;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A refresh, held against its own run without one. In turn: the encoder alone on all documents, a
 * refresh that nobody disturbs, people without a refresh, people during a refresh. People search at
 * an even rate and write a document a second, which is searched for until it is found.
 */
final class RefreshBenchmark {
  private static final int IN_FLIGHT = 256;
  private static final long POLL_NANOS = 1_000_000;
  private static final Duration PAUSE = Duration.ofMillis(20);

  /** A search before that meets code that is not compiled. */
  private static final Duration WARM_UP = Duration.ofSeconds(20);

  private static final Duration USUAL = Duration.ofSeconds(40);
  private static final BenchModules MODULES = new BenchModules("iaa-l", 0.0673);

  private final Options options;
  private final List<Document> documents;
  private final PrintWriter out;
  private final EmbeddedStack stack;
  private final KafkaDocumentWriter writer;
  private final Searcher node;
  private final SearchClient client;
  private int published;
  private int written;

  /**
   * @param config the stack's; its data directory should be empty
   * @param rounds of all four
   * @param searchesPerSecond that people make
   */
  record Options(FreshetConfig config, int rounds, double searchesPerSecond) {}

  /**
   * What was measured; medians over the rounds.
   *
   * @param encoderDocumentsPerSecond with modules, nothing else going on
   * @param refreshDocumentsPerSecond from the first document that is here until the last
   * @param refreshRatio of the two, pair by pair
   * @param usualSearchMillis p99 without a refresh
   * @param refreshSearchMillis p99 during one
   * @param usualFreshnessMillis acknowledged to found, median, without a refresh
   * @param refreshFreshnessMillis the same during one
   */
  record Result(
      int documents,
      double encoderDocumentsPerSecond,
      double refreshDocumentsPerSecond,
      double refreshRatio,
      double usualSearchMillis,
      double refreshSearchMillis,
      double usualFreshnessMillis,
      double refreshFreshnessMillis) {
    String table() {
      return """
          encoder alone        %8.1f documents/s
          refresh              %8.1f documents/s   ratio %.2f
          search p99           %8.1f ms, during a refresh %.1f ms   ratio %.2f
          freshness p50        %8.1f ms, during a refresh %.1f ms   ratio %.2f
          """
          .formatted(
              encoderDocumentsPerSecond,
              refreshDocumentsPerSecond,
              refreshRatio,
              usualSearchMillis,
              refreshSearchMillis,
              refreshSearchMillis / usualSearchMillis,
              usualFreshnessMillis,
              refreshFreshnessMillis,
              refreshFreshnessMillis / usualFreshnessMillis);
    }
  }

  /** What people noticed. */
  private record Noticed(double searchMillis, double freshnessMillis) {}

  private RefreshBenchmark(
      Options options,
      List<Document> documents,
      PrintWriter out,
      EmbeddedStack stack,
      KafkaDocumentWriter writer) {
    this.options = options;
    this.documents = documents;
    this.out = out;
    this.stack = stack;
    this.writer = writer;
    node = stack.node().searcher();
    client = new SearchClient(stack.node().uri(), stack.config().serve().apiKey());
  }

  static Result run(Options options, List<Document> documents, PrintWriter out) throws Exception {
    FreshetConfig config = options.config();
    // So many searches would start a round, which takes the encoder and publishes a generation.
    try (EmbeddedStack stack =
            EmbeddedStack.start(config.withTune(config.tune().withStart(TuneConfig.Start.NEVER)));
        var writer =
            new KafkaDocumentWriter(
                stack.config().kafka(),
                new Topics(stack.config().kafka().topicPrefix()),
                Clock.systemUTC())) {
      return new RefreshBenchmark(options, documents, out, stack, writer).run();
    }
  }

  private Result run() throws Exception {
    documents.forEach(writer::upsert);
    await(() -> served().documents() >= documents.size());
    people(WARM_UP, () -> false, () -> true);
    List<Double> alone = new ArrayList<>();
    List<Double> refresh = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    List<Noticed> usual = new ArrayList<>();
    List<Noticed> during = new ArrayList<>();
    for (int round = 1; round <= options.rounds(); round++) {
      Path modules = modules();
      alone.add(encode(modules));
      refresh.add(refresh(modules));
      ratios.add(last(refresh) / last(alone));
      usual.add(people(USUAL, () -> false, () -> true));
      during.add(peopleDuringRefresh());
      out.printf(
          "round %d: encoder alone %.1f documents/s, refresh %.1f; search p99 %.1f ms, during a refresh %.1f; freshness %.1f ms, %.1f%n",
          round,
          last(alone),
          last(refresh),
          last(usual).searchMillis,
          last(during).searchMillis,
          last(usual).freshnessMillis,
          last(during).freshnessMillis);
      out.flush();
    }
    return new Result(
        documents.size(),
        Quantiles.median(alone),
        Quantiles.median(refresh),
        Quantiles.median(ratios),
        Quantiles.median(usual.stream().map(Noticed::searchMillis).toList()),
        Quantiles.median(during.stream().map(Noticed::searchMillis).toList()),
        Quantiles.median(usual.stream().map(Noticed::freshnessMillis).toList()),
        Quantiles.median(during.stream().map(Noticed::freshnessMillis).toList()));
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }

  private Path modules() {
    Path model = options.config().encoder().model();
    return MODULES.publish(
        options.config().dataDir().resolve("modules-" + ++published),
        ModelFolder.read(model == null ? BuiltInBackbone.folder() : model),
        published);
  }

  private int publish(Path modules) {
    return new GenerationPublisher(stack.config(), Clock.systemUTC()).publish(modules).generation();
  }

  /** Documents a second of the encoder alone, with these modules. */
  private double encode(Path modules) {
    try (Encoder encoder =
        Encoders.acquire(options.config().encoder().withModules(modules), Side.DOCUMENT)) {
      long start = System.nanoTime();
      Deque<CompletableFuture<float[][]>> inFlight = new ArrayDeque<>();
      for (Document document : documents) {
        List<int[]> passages =
            encoder.cut(document.title(), document.text()).stream().map(Passage::tokens).toList();
        inFlight.add(encoder.encodeAll(passages, Priority.SERVED));
        if (inFlight.size() >= IN_FLIGHT) {
          inFlight.remove().join();
        }
      }
      inFlight.forEach(CompletableFuture::join);
      return documents.size() * 1e9 / (System.nanoTime() - start);
    }
  }

  /**
   * Documents a second from the first that is here until the last: a job takes some seconds to
   * start and its last checkpoint to complete, however many documents there are.
   */
  private double refresh(Path modules) {
    long all = served().documents();
    int generation = publish(modules);
    await(() -> here(generation).isPresent());
    long first = here(generation).orElseThrow();
    long start = System.nanoTime();
    await(() -> here(generation).orElse(0L) >= all);
    long nanos = System.nanoTime() - start;
    await(() -> node.servedGeneration() == generation);
    return (all - first) * 1e9 / nanos;
  }

  /** Documents of a generation that are here, once there are some. */
  private Optional<Long> here(int generation) {
    return status(generation).map(GenerationStatus::documents).filter(documents -> documents > 0);
  }

  private Optional<GenerationStatus> status(int generation) {
    return node.generations().stream()
        .filter(status -> status.generation() == generation)
        .findFirst();
  }

  private GenerationStatus served() {
    return status(node.servedGeneration()).orElseThrow();
  }

  /** What counts begins and ends as the rate of {@link #refresh} does. */
  private Noticed peopleDuringRefresh() throws InterruptedException {
    long all = served().documents();
    int next = publish(modules());
    return people(
        Duration.ofHours(1),
        () -> node.servedGeneration() == next,
        () -> here(next).filter(documents -> documents < all).isPresent());
  }

  /**
   * For so long, or until something is there.
   *
   * @param counts whether a search, or a document, that begins now is one of those to measure
   */
  private Noticed people(Duration longest, Condition end, Condition counts)
      throws InterruptedException {
    AtomicBoolean over = new AtomicBoolean();
    List<Double> freshness = new ArrayList<>();
    Thread author =
        new Thread(
            () -> {
              while (!over.get()) {
                boolean counted = counts.holds();
                double millis = write();
                if (counted) {
                  freshness.add(millis);
                }
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
              }
            },
            "author");
    author.start();
    List<Double> searches = new ArrayList<>();
    long start = System.nanoTime();
    long each = (long) (1e9 / options.searchesPerSecond());
    int asked = 0;
    for (long next = start; next - start < longest.toNanos() && !end.holds(); next += each) {
      boolean counted = counts.holds();
      awaitNanos(next);
      client.search(documents.get(asked++ % documents.size()).text());
      if (counted) {
        // From when it was due: one that had to wait for the one before was as slow for who asks.
        searches.add((System.nanoTime() - next) / 1e6);
      }
    }
    over.set(true);
    author.join();
    if (searches.isEmpty() || freshness.isEmpty()) {
      throw new IllegalStateException(
          "a refresh was over when %d searches and %d new documents had begun: take more than %d with --sample"
              .formatted(searches.size(), freshness.size(), documents.size()));
    }
    return new Noticed(
        Quantiles.of(searches.stream().mapToDouble(Double::doubleValue).toArray()).p99(),
        Quantiles.median(freshness));
  }

  /** Writes a document; milliseconds from its acknowledgement until a search finds it. */
  private double write() {
    String id = "fresh-" + ++written;
    Document like = documents.get(written % documents.size());
    writer.upsert(new Document(id, like.title(), like.text(), Map.of("bench", id), null)).join();
    long acknowledged = System.nanoTime();
    while (node.document(id).isEmpty() || !client.finds(id)) {
      LockSupport.parkNanos(POLL_NANOS);
    }
    return (System.nanoTime() - acknowledged) / 1e6;
  }

  /** A thread that is parked may wake before its time. */
  private static void awaitNanos(long time) {
    for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(Condition condition) {
    while (!condition.holds()) {
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
