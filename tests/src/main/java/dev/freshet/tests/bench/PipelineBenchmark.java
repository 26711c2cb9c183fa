package dev.freshet.tests.bench;

import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.Encoders;
import dev.freshet.model.encoder.Passage;
import dev.freshet.model.encoder.Priority;
import dev.freshet.pipeline.app.EmbeddedStack;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.kafka.KafkaDocumentWriter;
import dev.freshet.pipeline.search.Searcher;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The whole way from Kafka to searchable, held against the encoder alone on the same texts in the
 * same run.
 *
 * <p>Throughput: rounds in turn, the encoder alone, then the stack; the ratio is taken pair by pair
 * and its median reported. Freshness: documents arrive at half the throughput just measured, at
 * random moments; from the producer's acknowledgement until a search returns the document, less
 * what encoding that document alone takes.
 */
public final class PipelineBenchmark {
  private static final int IN_FLIGHT = 256;
  private static final long COUNT_NANOS = 50_000_000;
  private static final long POLL_NANOS = 1_000_000;

  private final Options options;
  private final PrintWriter out;
  private final List<Document> documents;
  private int round;

  private PipelineBenchmark(Options options, List<Document> documents, PrintWriter out) {
    this.options = options;
    this.documents = documents;
    this.out = out;
  }

  /**
   * What to run.
   *
   * @param config the stack's configuration; its data directory should be empty
   * @param rounds pairs of throughput rounds, after one pair to warm up
   * @param freshnessDocuments documents of the freshness run
   * @param seed of the arrival times
   */
  public record Options(FreshetConfig config, int rounds, int freshnessDocuments, long seed) {}

  /**
   * What was measured.
   *
   * @param model the encoder, in one line
   * @param documents documents in a round
   * @param encoderDocumentsPerSecond median over the rounds
   * @param pipelineDocumentsPerSecond median over the rounds
   * @param ratio median of pipeline over encoder, pair by pair
   * @param freshnessRate documents/s offered in the freshness run
   * @param freshnessMillis acknowledgement to found
   * @param overheadMillis the same less encoding the document alone
   */
  public record Result(
      String model,
      int documents,
      double encoderDocumentsPerSecond,
      double pipelineDocumentsPerSecond,
      double ratio,
      double freshnessRate,
      Quantiles freshnessMillis,
      Quantiles overheadMillis) {

    /** For people. */
    public String table() {
      return """
          %s
          encoder alone        %8.1f documents/s
          Kafka to searchable  %8.1f documents/s   ratio %.3f
          freshness at %.1f documents/s    p50     p90     p99     max
            acknowledged to found   ms %7.1f %7.1f %7.1f %7.1f
            less encoding it alone  ms %7.1f %7.1f %7.1f %7.1f
          """
          .formatted(
              model,
              encoderDocumentsPerSecond,
              pipelineDocumentsPerSecond,
              ratio,
              freshnessRate,
              freshnessMillis.p50(),
              freshnessMillis.p90(),
              freshnessMillis.p99(),
              freshnessMillis.max(),
              overheadMillis.p50(),
              overheadMillis.p90(),
              overheadMillis.p99(),
              overheadMillis.max());
    }
  }

  /** Runs the benchmark on the documents; progress goes to {@code out}. */
  public static Result run(Options options, List<Document> documents, PrintWriter out)
      throws Exception {
    return new PipelineBenchmark(options, documents, out).run();
  }

  private Result run() throws Exception {
    try (EmbeddedStack stack = EmbeddedStack.start(options.config());
        Encoder encoder = Encoders.acquire(options.config().encoder());
        var writer =
            new KafkaDocumentWriter(
                stack.config().kafka(),
                new Topics(stack.config().kafka().topicPrefix()),
                Clock.systemUTC())) {
      var client = new SearchClient(stack.node().uri());
      var raw = new ArrayList<Double>();
      var piped = new ArrayList<Double>();
      for (int i = 0; i <= options.rounds(); i++) {
        double encoderRate = encode(encoder);
        double pipelineRate = pipe(writer, stack.node().searcher());
        out.printf(
            "%s encoder alone %.1f documents/s, Kafka to searchable %.1f, ratio %.3f%n",
            i == 0 ? "warm-up:" : "round " + i + ":",
            encoderRate,
            pipelineRate,
            pipelineRate / encoderRate);
        out.flush();
        if (i > 0) {
          raw.add(encoderRate);
          piped.add(pipelineRate);
        }
      }
      var ratios = new ArrayList<Double>();
      for (int i = 0; i < raw.size(); i++) {
        ratios.add(piped.get(i) / raw.get(i));
      }
      double rate = Quantiles.median(piped) / 2;
      List<Freshness> fresh = freshness(writer, stack.node().searcher(), client, rate);
      double[] alone = aloneMillis(encoder, fresh);
      double[] total = fresh.stream().mapToDouble(Freshness::millis).toArray();
      double[] overhead = new double[total.length];
      for (int i = 0; i < total.length; i++) {
        overhead[i] = total[i] - alone[i];
      }
      return new Result(
          encoder.description(),
          documents.size(),
          Quantiles.median(raw),
          Quantiles.median(piped),
          Quantiles.median(ratios),
          rate,
          Quantiles.of(total),
          Quantiles.of(overhead));
    }
  }

  /** Documents/s of the encoder with as many documents in flight as the job has. */
  private double encode(Encoder encoder) {
    Deque<CompletableFuture<Void>> inFlight = new ArrayDeque<>();
    long start = System.nanoTime();
    for (Document document : documents) {
      inFlight.add(encodeAll(encoder, document));
      if (inFlight.size() >= IN_FLIGHT) {
        inFlight.remove().join();
      }
    }
    inFlight.forEach(CompletableFuture::join);
    return perSecond(documents.size(), System.nanoTime() - start);
  }

  private static CompletableFuture<Void> encodeAll(Encoder encoder, Document document) {
    var vectors = new ArrayList<CompletableFuture<float[]>>();
    for (Passage passage : encoder.cut(document.title(), document.text())) {
      vectors.add(encoder.encode(passage.tokens(), Priority.SERVED));
    }
    return CompletableFuture.allOf(vectors.toArray(CompletableFuture[]::new));
  }

  /** Documents/s from the first record sent until the node counts all of them. */
  private double pipe(KafkaDocumentWriter writer, Searcher node) {
    String prefix = "round-" + round++ + "-";
    long before = count(node);
    long start = System.nanoTime();
    documents.forEach(document -> writer.upsert(copy(document, prefix + document.id(), Map.of())));
    while (count(node) < before + documents.size()) {
      LockSupport.parkNanos(COUNT_NANOS);
    }
    return perSecond(documents.size(), System.nanoTime() - start);
  }

  private static long count(Searcher node) {
    return node.generations().get(0).documents();
  }

  private record Freshness(Document document, double millis) {}

  private record Sent(Document document, CompletableFuture<Long> acknowledgedNanos) {}

  private List<Freshness> freshness(
      KafkaDocumentWriter writer, Searcher node, SearchClient client, double perSecond) {
    out.printf(
        "freshness: %d documents at %.1f a second%n", options.freshnessDocuments(), perSecond);
    out.flush();
    var random = new Random(options.seed());
    var waiting = new ArrayList<Sent>();
    var found = new ConcurrentLinkedQueue<Freshness>();
    ExecutorService searches = Executors.newCachedThreadPool();
    long next = System.nanoTime();
    int sent = 0;
    while (found.size() < options.freshnessDocuments()) {
      long now = System.nanoTime();
      if (sent < options.freshnessDocuments() && now >= next) {
        waiting.add(send(writer, documents.get(random.nextInt(documents.size())), sent++));
        next += (long) (-Math.log(1 - random.nextDouble()) * 1e9 / perSecond);
      }
      waiting.removeIf(one -> search(node, client, one, searches, found));
      LockSupport.parkNanos(POLL_NANOS);
    }
    searches.shutdown();
    return List.copyOf(found);
  }

  private static Sent send(KafkaDocumentWriter writer, Document document, int number) {
    String id = "fresh-" + number;
    Document marked = copy(document, id, Map.of("bench", id));
    return new Sent(marked, writer.upsert(marked).thenApply(nothing -> System.nanoTime()));
  }

  /**
   * Asks the store in this JVM first, which costs the encoder next to nothing; once it has the
   * document a search over HTTP must find it, and its answer is the moment that counts. Searches
   * wait beside each other: one that waits for the encoder must not hide what the others found.
   */
  private static boolean search(
      Searcher node, SearchClient client, Sent sent, Executor searches, Queue<Freshness> found) {
    String id = sent.document().id();
    if (!sent.acknowledgedNanos().isDone() || node.document(id).isEmpty()) {
      return false;
    }
    searches.execute(
        () -> {
          while (!client.finds(id)) {
            LockSupport.parkNanos(POLL_NANOS);
          }
          double millis = (System.nanoTime() - sent.acknowledgedNanos().join()) / 1e6;
          found.add(new Freshness(sent.document(), millis));
        });
    return true;
  }

  /** What encoding each document takes on an encoder with nothing else to do. */
  private static double[] aloneMillis(Encoder encoder, List<Freshness> fresh) {
    double[] millis = new double[fresh.size()];
    for (int i = 0; i < millis.length; i++) {
      long start = System.nanoTime();
      encodeAll(encoder, fresh.get(i).document()).join();
      millis[i] = (System.nanoTime() - start) / 1e6;
    }
    return millis;
  }

  private static Document copy(Document document, String id, Map<String, Object> attributes) {
    return new Document(id, document.title(), document.text(), attributes, document.timestamp());
  }

  private static double perSecond(int count, long nanos) {
    return count * (double) TimeUnit.SECONDS.toNanos(1) / nanos;
  }
}
