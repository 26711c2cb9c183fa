package dev.freshet.tests.bench;

import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.Passage;
import dev.freshet.model.encoder.Priority;
import dev.freshet.model.service.Encoders;
import dev.freshet.pipeline.app.EmbeddedStack;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.kafka.KafkaDocumentWriter;
import dev.freshet.pipeline.search.Searcher;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The whole way from Kafka to searchable, held against the encoder alone on the same texts in the
 * same run.
 *
 * <p>Throughput: rounds in turn, the encoder alone, then the stack; ratios are taken pair by pair
 * and their medians reported: of documents/s, and of documents per CPU-second of the whole process,
 * which says what the way costs beside the encoding even where the machine is shared. Freshness:
 * documents arrive at half the throughput just measured, at random moments; from the producer's
 * acknowledgement until a search returns the document, less what encoding that document alone
 * takes.
 */
public final class PipelineBenchmark {
  private static final int IN_FLIGHT = 256;

  /** Documents before the freshness run, since nobody has searched this node before. */
  private static final int WARM_UP = 100;

  private static final double PROBES_PER_SECOND = 5;

  /** Without a document more: what still lacks will not come. */
  private static final Duration STANDSTILL = Duration.ofMinutes(2);

  private static final long COUNT_NANOS = 5_000_000;
  private static final long POLL_NANOS = 1_000_000;

  private final Options options;
  private final PrintWriter out;
  private final List<Document> documents;
  private int piped;

  private PipelineBenchmark(Options options, List<Document> documents, PrintWriter out) {
    this.options = options;
    this.documents = documents;
    this.out = out;
  }

  /**
   * What to run.
   *
   * @param config the stack's configuration; its data directory should be empty
   * @param warmUp pairs of rounds that do not count go on for at least as long; one at least
   * @param rounds pairs of throughput rounds that count
   * @param freshnessDocuments documents that the freshness run searches for
   * @param seed of the arrival times
   */
  public record Options(
      FreshetConfig config, Duration warmUp, int rounds, int freshnessDocuments, long seed) {}

  /**
   * What was measured.
   *
   * @param model the encoder, in one line
   * @param documents documents in a round
   * @param encoderDocumentsPerSecond median over the rounds
   * @param pipelineDocumentsPerSecond median over the rounds
   * @param ratio median of pipeline over encoder, pair by pair
   * @param cpuRatio the same of documents per CPU-second
   * @param freshnessRate documents/s offered in the freshness run
   * @param storedMillis acknowledgement to written to the node's store
   * @param freshnessMillis acknowledgement to found
   * @param overheadMillis the same less encoding the document alone
   */
  public record Result(
      String model,
      int documents,
      double encoderDocumentsPerSecond,
      double pipelineDocumentsPerSecond,
      double ratio,
      double cpuRatio,
      double freshnessRate,
      Quantiles storedMillis,
      Quantiles freshnessMillis,
      Quantiles overheadMillis) {

    /** For people. */
    public String table() {
      return """
          %s
          encoder alone        %8.1f documents/s
          Kafka to searchable  %8.1f documents/s   ratio %.3f, per CPU-second %.3f
          freshness at %.1f documents/s    p50     p90     p99     max
            acknowledged to stored  ms %s
            acknowledged to found   ms %s
            less encoding it alone  ms %s
          """
          .formatted(
              model,
              encoderDocumentsPerSecond,
              pipelineDocumentsPerSecond,
              ratio,
              cpuRatio,
              freshnessRate,
              columns(storedMillis),
              columns(freshnessMillis),
              columns(overheadMillis));
    }

    private static String columns(Quantiles millis) {
      return "%7.1f %7.1f %7.1f %7.1f"
          .formatted(millis.p50(), millis.p90(), millis.p99(), millis.max());
    }
  }

  /** Runs the benchmark on the documents; progress goes to {@code out}. */
  public static Result run(Options options, List<Document> documents, PrintWriter out)
      throws Exception {
    return new PipelineBenchmark(options, documents, out).run();
  }

  private Result run() throws Exception {
    try (EmbeddedStack stack = EmbeddedStack.start(options.config());
        Encoder encoder = Encoders.acquire(options.config().encoder(), Side.DOCUMENT);
        var writer =
            new KafkaDocumentWriter(
                stack.config().kafka(),
                new Topics(stack.config().kafka().topicPrefix()),
                Clock.systemUTC())) {
      var client = new SearchClient(stack.node().uri(), stack.config().serve().apiKey());
      List<Round> rounds = throughput(encoder, writer, stack.node().searcher());
      double pipelineRate = median(rounds, round -> round.pipeline().perSecond());
      List<Freshness> fresh = freshness(writer, stack.node().searcher(), client, pipelineRate / 2);
      double[] alone = aloneMillis(encoder, fresh);
      double[] overhead = new double[alone.length];
      for (int i = 0; i < overhead.length; i++) {
        overhead[i] = fresh.get(i).foundMillis() - alone[i];
      }
      return new Result(
          encoder.description(),
          documents.size(),
          median(rounds, round -> round.encoder().perSecond()),
          pipelineRate,
          median(rounds, Round::ratio),
          median(rounds, Round::cpuRatio),
          pipelineRate / 2,
          Quantiles.of(fresh.stream().mapToDouble(Freshness::storedMillis).toArray()),
          Quantiles.of(fresh.stream().mapToDouble(Freshness::foundMillis).toArray()),
          Quantiles.of(overhead));
    }
  }

  /** Rounds after the warm-up. */
  private List<Round> throughput(Encoder encoder, KafkaDocumentWriter writer, Searcher node) {
    var rounds = new ArrayList<Round>();
    long start = System.nanoTime();
    while (rounds.size() < options.rounds()) {
      boolean warm = piped > 0 && System.nanoTime() - start >= options.warmUp().toNanos();
      var round = new Round(measure(() -> encode(encoder)), measure(() -> pipe(writer, node)));
      out.printf(
          "%s encoder alone %.1f documents/s, Kafka to searchable %.1f, ratio %.3f, per CPU-second %.3f%n",
          warm ? "round " + (rounds.size() + 1) + ":" : "warm-up:",
          round.encoder().perSecond(),
          round.pipeline().perSecond(),
          round.ratio(),
          round.cpuRatio());
      out.flush();
      if (warm) {
        rounds.add(round);
      }
    }
    return rounds;
  }

  private record Rate(double perSecond, double perCpuSecond) {}

  private record Round(Rate encoder, Rate pipeline) {
    double ratio() {
      return pipeline.perSecond() / encoder.perSecond();
    }

    double cpuRatio() {
      return pipeline.perCpuSecond() / encoder.perCpuSecond();
    }
  }

  private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
    return Quantiles.median(rounds.stream().mapToDouble(figure).boxed().toList());
  }

  /** Of work that deals with every document once. */
  private Rate measure(Runnable work) {
    long cpu = CpuClock.process();
    long start = System.nanoTime();
    work.run();
    return new Rate(
        perSecond(documents.size(), System.nanoTime() - start),
        perSecond(documents.size(), CpuClock.process() - cpu));
  }

  /** The encoder alone, with as many documents in flight as the job has. */
  private void encode(Encoder encoder) {
    Deque<CompletableFuture<float[][]>> inFlight = new ArrayDeque<>();
    for (Document document : documents) {
      inFlight.add(encodeAll(encoder, document));
      if (inFlight.size() >= IN_FLIGHT) {
        inFlight.remove().join();
      }
    }
    inFlight.forEach(CompletableFuture::join);
  }

  private static CompletableFuture<float[][]> encodeAll(Encoder encoder, Document document) {
    List<int[]> passages =
        encoder.cut(document.title(), document.text()).stream().map(Passage::tokens).toList();
    return encoder.encodeAll(passages, Priority.SERVED);
  }

  /** From the first record sent until the node counts all of them. */
  private void pipe(KafkaDocumentWriter writer, Searcher node) {
    String prefix = "round-" + piped++ + "-";
    long before = count(node);
    documents.forEach(document -> writer.upsert(copy(document, prefix + document.id(), Map.of())));
    long there = before;
    long since = System.nanoTime();
    while (there < before + documents.size()) {
      LockSupport.parkNanos(COUNT_NANOS);
      long now = count(node);
      if (now > there) {
        there = now;
        since = System.nanoTime();
      } else if (System.nanoTime() - since > STANDSTILL.toNanos()) {
        throw new IllegalStateException(
            "%d of %d documents can be searched, and no more came for %d minutes: see dead-letters"
                .formatted(there - before, documents.size(), STANDSTILL.toMinutes()));
      }
    }
  }

  private static long count(Searcher node) {
    return node.generations().get(0).documents();
  }

  private record Freshness(Document document, double storedMillis, double foundMillis) {}

  private record Sent(int number, Document document, CompletableFuture<Long> acknowledgedNanos) {
    /** Since the acknowledgement, which must be there. */
    double millis() {
      return (System.nanoTime() - acknowledgedNanos.join()) / 1e6;
    }
  }

  /**
   * Of the documents that are searched for, in the order in which they were sent, without those of
   * the warm-up. Not all are: a search takes the encoder about as long as a short document, and
   * would be half of the load.
   */
  private List<Freshness> freshness(
      KafkaDocumentWriter writer, Searcher node, SearchClient client, double perSecond) {
    int wanted = WARM_UP + options.freshnessDocuments();
    double share = Math.min(1, PROBES_PER_SECOND / perSecond);
    out.printf("freshness: %.1f documents a second, %d of them searched for%n", perSecond, wanted);
    out.flush();
    var random = new Random(options.seed());
    var waiting = new ArrayList<Sent>();
    var found = new ConcurrentSkipListMap<Integer, Freshness>();
    var failure = new AtomicReference<@Nullable RuntimeException>();
    ExecutorService searches = Executors.newCachedThreadPool();
    long next = System.nanoTime();
    int sent = 0;
    int probes = 0;
    while (found.size() < wanted) {
      RuntimeException failed = failure.get();
      if (failed != null) {
        // A probe that failed is never found.
        searches.shutdownNow();
        throw failed;
      }
      if (probes < wanted && System.nanoTime() >= next) {
        Sent one = send(writer, documents.get(random.nextInt(documents.size())), sent++);
        if (random.nextDouble() < share) {
          waiting.add(one);
          probes++;
        }
        next += (long) (-Math.log(1 - random.nextDouble()) * 1e9 / perSecond);
      }
      waiting.removeIf(one -> search(node, client, one, searches, found, failure));
      LockSupport.parkNanos(POLL_NANOS);
    }
    searches.shutdown();
    return found.values().stream().skip(WARM_UP).toList();
  }

  private static Sent send(KafkaDocumentWriter writer, Document document, int number) {
    String id = "fresh-" + number;
    Document marked = copy(document, id, Map.of("bench", id));
    return new Sent(number, marked, writer.upsert(marked).thenApply(nothing -> System.nanoTime()));
  }

  /**
   * Asks the store in this JVM first, which costs the encoder next to nothing; once it has the
   * document a search over HTTP must find it, and its answer is the moment that counts. Searches
   * wait beside each other: one that waits for the encoder must not hide what the others found.
   */
  private static boolean search(
      Searcher node,
      SearchClient client,
      Sent sent,
      Executor searches,
      Map<Integer, Freshness> found,
      AtomicReference<@Nullable RuntimeException> failure) {
    String id = sent.document().id();
    if (!sent.acknowledgedNanos().isDone() || node.document(id).isEmpty()) {
      return false;
    }
    double storedMillis = sent.millis();
    searches.execute(
        () -> {
          try {
            while (!client.finds(id)) {
              LockSupport.parkNanos(POLL_NANOS);
            }
            found.put(sent.number(), new Freshness(sent.document(), storedMillis, sent.millis()));
          } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
          }
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
