package dev.freshet.tests.bench;

import ai.djl.Device;
import dev.freshet.model.checkpoint.SafetensorsFile;
import dev.freshet.model.encoder.BatchStatistics;
import dev.freshet.model.encoder.BertModel;
import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.model.encoder.Encoders;
import dev.freshet.model.encoder.ModelFolder;
import dev.freshet.model.encoder.Priority;
import dev.freshet.model.encoder.SeededBackbone;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How fast the encoder is, against the matrix products that it is made of.
 *
 * <p>The rate of plain products and the rate of the encoder are measured in turns, pair by pair,
 * and the ratio is taken within each pair: a machine that others use changes its speed from second
 * to second. Rates are per CPU-second of the computing thread, so waiting for a processor does not
 * count; wall rates stand beside them.
 */
public final class EncodeBenchmark {
  /** The shape of all-MiniLM-L6, which much of practice uses; random weights are as fast. */
  private static final SeededBackbone.Shape MINILM =
      new SeededBackbone.Shape(6, 384, 12, 1536, 256);

  private static final int[] BATCH_SIZES = {1, 8, 32};

  /** About a second of work a round on one core, at the MiniLM shape. */
  private static final int TOKENS_A_ROUND = 4096;

  private final Options options;
  private final ModelFolder folder;
  private final BertModel model;
  private final EncodeWorkload workload;

  private EncodeBenchmark(
      Options options, ModelFolder folder, BertModel model, EncodeWorkload workload) {
    this.options = options;
    this.folder = folder;
    this.model = model;
    this.workload = workload;
  }

  /**
   * @param model a model folder, or null for random weights in the shape of MiniLM
   * @param documents lines of {@code {id, title?, text}} whose lengths to use, or null for a
   *     synthetic mix
   * @param sequences passages taken from them
   * @param rounds pairs measured for every figure, at least 1
   * @param seed of every choice
   */
  public record Options(
      @Nullable Path model, @Nullable Path documents, int sequences, int rounds, long seed) {
    public Options {
      if (sequences < 32 || rounds < 1) {
        throw new IllegalArgumentException(
            "sequences must be at least 32 and rounds at least 1, were %d and %d"
                .formatted(sequences, rounds));
      }
    }

    /** Random MiniLM on synthetic lengths. */
    public static Options defaults() {
      return new Options(null, null, 512, 9, 1);
    }
  }

  /**
   * Medians over all rounds for one batch size.
   *
   * @param batch sequences in a batch
   * @param gflops GFLOP a CPU-second, all matrix products, padding included
   * @param sgemmShare that over the reference rate of the same pair: 1 is the most there is
   * @param tokensPerCpuSecond tokens of the sequences, without padding
   * @param tokensPerSecond the same by wall time
   * @param paddingShare padding among all tokens computed
   */
  public record BatchResult(
      int batch,
      double gflops,
      double sgemmShare,
      double tokensPerCpuSecond,
      double tokensPerSecond,
      double paddingShare) {}

  /**
   * The whole way through {@link Encoder#encode}, everything queued at once.
   *
   * @param threads batches computed at a time
   * @param gflops useful GFLOP (padding does not count) a CPU-second of the whole process
   * @param sgemmShare that over the reference rate just before and after
   * @param tokensPerSecond by wall time, without padding
   * @param paddingShare padding among all tokens computed
   * @param meanBatch sequences a batch
   */
  public record BatcherResult(
      int threads,
      double gflops,
      double sgemmShare,
      double tokensPerSecond,
      double paddingShare,
      double meanBatch) {}

  /**
   * Everything measured.
   *
   * @param model what was run
   * @param workload where its lengths come from
   * @param meanLength tokens a sequence
   * @param linearsGflops products of the model's linear layers at 1024 rows, GFLOP a CPU-second
   * @param squareGflops one square product of 1024 a side, GFLOP a CPU-second
   * @param reference which of both is the faster and so the reference
   * @param batches one for each batch size
   * @param batcher one for each number of threads
   * @param twoThreadSpeedup wall rate through the batcher of two threads over that of one
   */
  public record Result(
      String model,
      String workload,
      double meanLength,
      double linearsGflops,
      double squareGflops,
      String reference,
      List<BatchResult> batches,
      List<BatcherResult> batcher,
      double twoThreadSpeedup) {

    /** For people to read. */
    public String table() {
      StringBuilder out = new StringBuilder();
      out.append("model      ").append(model).append('\n');
      line(out, "lengths    %s, mean %.1f tokens", workload, meanLength);
      line(out, "sgemm      linears %.1f, square %.1f GFLOP/cpu-s", linearsGflops, squareGflops);
      line(out, "reference  %s, the faster of both", reference);
      line(
          out,
          "%-12s %12s %9s %12s %10s %9s",
          "",
          "GFLOP/cpu-s",
          "of sgemm",
          "tokens/cpu-s",
          "tokens/s",
          "padding");
      for (BatchResult b : batches) {
        line(
            out,
            "%-12s %12.1f %9.2f %12.0f %10.0f %8.1f%%",
            "batch " + b.batch,
            b.gflops,
            b.sgemmShare,
            b.tokensPerCpuSecond,
            b.tokensPerSecond,
            100 * b.paddingShare);
      }
      for (BatcherResult b : batcher) {
        line(
            out,
            "%-12s %12.1f %9.2f %12s %10.0f %8.1f%%   %.1f sequences a batch",
            "batcher x" + b.threads,
            b.gflops,
            b.sgemmShare,
            "",
            b.tokensPerSecond,
            100 * b.paddingShare,
            b.meanBatch);
      }
      line(out, "two threads are %.2f times as fast as one", twoThreadSpeedup);
      return out.toString();
    }

    private static void line(StringBuilder out, String format, Object... values) {
      out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
  }

  /**
   * Measures; takes about half a minute a round at the MiniLM shape.
   *
   * @throws UncheckedIOException when documents or model cannot be read
   */
  public static Result run(Options options) {
    try {
      if (options.model() != null) {
        return measure(options, options.model());
      }
      Path random = Files.createTempDirectory("freshet-minilm-random");
      try {
        SeededBackbone.write(random, MINILM, options.seed(), null);
        return measure(options, random);
      } finally {
        delete(random);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Result measure(Options options, Path path) throws IOException {
    ModelFolder folder = ModelFolder.read(path);
    EncodeWorkload workload = workload(options, folder, path);
    SafetensorsFile weights = SafetensorsFile.open(folder.weights());
    try (BertModel model = new BertModel(folder.config(), weights, Device.cpu())) {
      return new EncodeBenchmark(options, folder, model, workload).measureAll(path);
    }
  }

  private static EncodeWorkload workload(Options options, ModelFolder folder, Path path)
      throws IOException {
    Path documents = options.documents();
    if (documents == null) {
      return EncodeWorkload.synthetic(
          folder.config(), folder.window(), options.sequences(), options.seed());
    }
    try (Encoder encoder = Encoders.acquire(EncoderSettings.defaults().withModel(path))) {
      return EncodeWorkload.fromDocuments(documents, encoder, options.sequences(), options.seed());
    }
  }

  private Result measureAll(Path path) {
    try (SgemmProbe probe = new SgemmProbe(folder.config())) {
      double[] linears = new double[options.rounds()];
      double[] square = new double[options.rounds()];
      for (int warmUp = 0; warmUp < 5; warmUp++) {
        probe.linears();
        probe.square();
      }
      for (int round = 0; round < options.rounds(); round++) {
        linears[round] = probe.linears();
        square[round] = probe.square();
      }
      boolean useSquare = CpuClock.median(square) > CpuClock.median(linears);
      List<BatchResult> batches = new ArrayList<>();
      for (int size : BATCH_SIZES) {
        batches.add(measureBatches(size, probe, useSquare));
      }
      BatcherResult one = measureBatcher(path, 1, probe, useSquare);
      BatcherResult two = measureBatcher(path, 2, probe, useSquare);
      return new Result(
          describe(path),
          workload.origin(),
          (double) EncodeWorkload.tokens(workload.sequences()) / workload.sequences().size(),
          CpuClock.median(linears),
          CpuClock.median(square),
          useSquare ? "square" : "linears",
          List.copyOf(batches),
          List.of(one, two),
          two.tokensPerSecond() / one.tokensPerSecond());
    }
  }

  private BatchResult measureBatches(int size, SgemmProbe probe, boolean useSquare) {
    List<List<int[]>> batches = workload.batches(size, options.seed());
    int rounds = options.rounds();
    double[] gflops = new double[rounds];
    double[] share = new double[rounds];
    double[] cpuRate = new double[rounds];
    double[] wallRate = new double[rounds];
    long tokens = 0;
    long padded = 0;
    int next = 0;
    model.embed(batches.get(0), folder.pooling()); // warm-up
    for (int round = 0; round < rounds; round++) {
      double before = useSquare ? probe.square() : probe.linears();
      double operations = 0;
      long roundTokens = 0;
      long wall = System.nanoTime();
      long cpu = CpuClock.thread();
      while (roundTokens < TOKENS_A_ROUND) {
        List<int[]> batch = batches.get(next++ % batches.size());
        model.embed(batch, folder.pooling());
        operations += operations(batch);
        roundTokens += EncodeWorkload.tokens(batch);
        padded += padded(batch);
      }
      long cpuNanos = CpuClock.thread() - cpu;
      long wallNanos = System.nanoTime() - wall;
      double after = useSquare ? probe.square() : probe.linears();
      tokens += roundTokens;
      gflops[round] = operations / cpuNanos;
      share[round] = gflops[round] / ((before + after) / 2);
      cpuRate[round] = 1e9 * roundTokens / cpuNanos;
      wallRate[round] = 1e9 * roundTokens / wallNanos;
    }
    return new BatchResult(
        size,
        CpuClock.median(gflops),
        CpuClock.median(share),
        CpuClock.median(cpuRate),
        CpuClock.median(wallRate),
        1 - (double) tokens / padded);
  }

  /** Operations of all products of a batch, as the model computes it, padding included. */
  private double operations(List<int[]> batch) {
    double operations = 0;
    for (List<int[]> part : BertModel.parts(batch)) {
      operations +=
          EncodeWorkload.operations(folder.config(), part.size(), EncodeWorkload.longest(part));
    }
    return operations;
  }

  private static long padded(List<int[]> batch) {
    long padded = 0;
    for (List<int[]> part : BertModel.parts(batch)) {
      padded += (long) EncodeWorkload.longest(part) * part.size();
    }
    return padded;
  }

  private BatcherResult measureBatcher(
      Path path, int threads, SgemmProbe probe, boolean useSquare) {
    EncoderSettings d = EncoderSettings.defaults();
    EncoderSettings settings =
        new EncoderSettings(
            path, "cpu", threads, d.batchTokens(), d.batchWait(), null, null, null, 0, 1);
    try (Encoder encoder = Encoders.acquire(settings)) {
      encodeAll(encoder, workload.sequences().subList(0, 32)); // warm-up
      double[] reference = new double[2 * options.rounds()];
      for (int i = 0; i < options.rounds(); i++) {
        reference[i] = useSquare ? probe.square() : probe.linears();
      }
      BatchStatistics before = Encoders.statistics(encoder);
      double useful = 0;
      for (int[] sequence : workload.sequences()) {
        useful += EncodeWorkload.operations(folder.config(), 1, sequence.length);
      }
      long wall = System.nanoTime();
      long cpu = CpuClock.process();
      encodeAll(encoder, workload.sequences());
      long cpuNanos = CpuClock.process() - cpu;
      long wallNanos = System.nanoTime() - wall;
      for (int i = options.rounds(); i < reference.length; i++) {
        reference[i] = useSquare ? probe.square() : probe.linears();
      }
      BatchStatistics after = Encoders.statistics(encoder);
      long tokens = after.tokens() - before.tokens();
      long padding = after.paddingTokens() - before.paddingTokens();
      return new BatcherResult(
          threads,
          useful / cpuNanos,
          useful / cpuNanos / CpuClock.median(reference),
          1e9 * tokens / wallNanos,
          (double) padding / (tokens + padding),
          (double) (after.sequences() - before.sequences()) / (after.batches() - before.batches()));
    }
  }

  private static void encodeAll(Encoder encoder, List<int[]> sequences) {
    List<CompletableFuture<float[]>> futures = new ArrayList<>();
    for (int[] sequence : sequences) {
      futures.add(encoder.encode(sequence, Priority.SERVED));
    }
    futures.forEach(CompletableFuture::join);
  }

  private static String describe(Path path) {
    try (Encoder encoder = Encoders.acquire(EncoderSettings.defaults().withModel(path))) {
      return encoder.description();
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.walk(folder)) {
      files = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }
}
