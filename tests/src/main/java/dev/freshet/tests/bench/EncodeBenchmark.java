package dev.freshet.tests.bench;

import ai.djl.Device;
import dev.freshet.model.checkpoint.Folders;
import dev.freshet.model.checkpoint.SafetensorsFile;
import dev.freshet.model.encoder.BackboneShape;
import dev.freshet.model.encoder.BertBackbone;
import dev.freshet.model.encoder.BertModel;
import dev.freshet.model.encoder.BertModules;
import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.model.encoder.ModelFolder;
import dev.freshet.model.encoder.SeededBackbone;
import dev.freshet.model.service.Encoders;
import dev.freshet.model.tuning.Budget;
import dev.freshet.model.tuning.ModuleTensors;
import dev.freshet.model.tuning.Tuning;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;
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
  /** Shapes that much of practice uses; random weights are as fast as trained ones. */
  @SuppressWarnings("ImmutableEnumChecker") // a record of numbers is immutable
  enum Size {
    /** all-MiniLM-L6. */
    minilm(new BackboneShape(6, 384, 12, 1536, 256)),
    /** BERT-base. */
    base(new BackboneShape(12, 768, 12, 3072, 256));

    private final BackboneShape shape;

    Size(BackboneShape shape) {
      this.shape = shape;
    }
  }

  private static final int[] BATCH_SIZES = {1, 8, 32};

  /** About a second of work a round on one core; one batch at least. */
  private static final double OPERATIONS_A_ROUND = 8e10;

  private final Options options;
  private final ModelFolder folder;
  private final EncoderSettings settings;
  private final BertModel frozen;
  private final BertModel measured;
  private final EncodeWorkload workload;

  /**
   * @param settings the model that is measured, with its modules if it has any
   * @param frozen its backbone alone
   * @param measured the model itself, which is {@code frozen} where it has no modules
   */
  private EncodeBenchmark(
      Options options,
      ModelFolder folder,
      EncoderSettings settings,
      BertModel frozen,
      BertModel measured,
      EncodeWorkload workload) {
    this.options = options;
    this.folder = folder;
    this.settings = settings;
    this.frozen = frozen;
    this.measured = measured;
    this.workload = workload;
  }

  /**
   * @param model a model folder, or null for random weights
   * @param shape of random weights
   * @param modules which modules to measure with, or null for the frozen model
   * @param documents lines of {@code {id, title?, text}} whose lengths to use, or null for a
   *     synthetic mix
   * @param sequences passages taken from them
   * @param rounds pairs measured for every figure, at least 1
   * @param seed of every choice
   */
  public record Options(
      @Nullable Path model,
      Size shape,
      @Nullable BenchModules modules,
      @Nullable Path documents,
      int sequences,
      int rounds,
      long seed) {
    public Options {
      if (sequences < 32 || rounds < 1) {
        throw new IllegalArgumentException(
            "sequences must be at least 32 and rounds at least 1, were %d and %d"
                .formatted(sequences, rounds));
      }
    }

    /** Random MiniLM on synthetic lengths. */
    public static Options defaults() {
      return new Options(null, Size.minilm, null, null, 512, 9, 1);
    }
  }

  /**
   * Measures; takes about half a minute a round at the MiniLM shape.
   *
   * @throws UncheckedIOException when documents or model cannot be read
   */
  static EncodeReport run(Options options) {
    try {
      Path scratch = Files.createTempDirectory("freshet-bench");
      try {
        Path model = options.model();
        if (model == null) {
          model = scratch.resolve("model");
          SeededBackbone.write(model, options.shape().shape, options.seed(), null);
        }
        return measure(options, model, scratch.resolve("modules"));
      } finally {
        Folders.delete(scratch);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static EncodeReport measure(Options options, Path path, Path registry)
      throws IOException {
    ModelFolder folder = ModelFolder.read(path);
    EncodeWorkload workload = workload(options, folder, path);
    EncoderSettings settings = EncoderSettings.defaults().withModel(path);
    SafetensorsFile weights = SafetensorsFile.open(folder.weights());
    try (BertBackbone backbone = BertBackbone.open(folder.config(), weights, Device.cpu());
        BertModel frozen = new BertModel(backbone, BertModules.NONE)) {
      BenchModules modules = options.modules();
      if (modules == null) {
        return new EncodeBenchmark(options, folder, settings, frozen, frozen, workload)
            .measureAll();
      }
      Path checkpoint = modules.publish(registry, folder, options.seed());
      try (BertModel tuned = tuned(modules, checkpoint, backbone)) {
        EncoderSettings tunedSettings = settings.withModules(checkpoint);
        return new EncodeBenchmark(options, folder, tunedSettings, frozen, tuned, workload)
            .measureAll();
      }
    }
  }

  private static BertModel tuned(BenchModules modules, Path checkpoint, BertBackbone backbone) {
    Tuning tuning = Tuning.of(modules.fit(backbone.config()).method());
    SafetensorsFile file = SafetensorsFile.open(checkpoint.resolve("modules.safetensors"));
    ModuleTensors tensors = ModuleTensors.load(tuning, backbone, file);
    return new BertModel(backbone, tuning.bind(tensors, backbone.config()));
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

  private EncodeReport measureAll() {
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
      List<EncodeReport.BatchResult> batches = new ArrayList<>();
      for (int size : BATCH_SIZES) {
        batches.add(measureBatches(size, probe, useSquare));
      }
      List<EncodeReport.Slowdown> slowdowns = new ArrayList<>();
      if (options.modules() != null) {
        for (int size : BATCH_SIZES) {
          slowdowns.add(measureSlowdown(size));
        }
      }
      BatcherResults batcher = measureBatcher(useSquare ? probe::square : probe::linears);
      return new EncodeReport(
          describe(),
          describeModules(),
          workload.origin(),
          (double) EncodeWorkload.tokens(workload.sequences()) / workload.sequences().size(),
          CpuClock.median(linears),
          CpuClock.median(square),
          useSquare ? "square" : "linears",
          List.copyOf(batches),
          List.copyOf(slowdowns),
          batcher.each(),
          batcher.twoThreadSpeedup());
    }
  }

  private EncodeReport.BatchResult measureBatches(int size, SgemmProbe probe, boolean useSquare) {
    List<List<int[]>> batches = workload.batches(size, options.seed());
    int rounds = options.rounds();
    double[] gflops = new double[rounds];
    double[] share = new double[rounds];
    double[] cpuRate = new double[rounds];
    double[] wallRate = new double[rounds];
    long tokens = 0;
    long padded = 0;
    int next = 0;
    measured.embed(batches.get(0), folder.pooling()); // warm-up
    for (int round = 0; round < rounds; round++) {
      double before = useSquare ? probe.square() : probe.linears();
      double operations = 0;
      long roundTokens = 0;
      long wall = System.nanoTime();
      long cpu = CpuClock.thread();
      while (operations < OPERATIONS_A_ROUND) {
        List<int[]> batch = batches.get(next++ % batches.size());
        measured.embed(batch, folder.pooling());
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
    return new EncodeReport.BatchResult(
        size,
        CpuClock.median(gflops),
        CpuClock.median(share),
        CpuClock.median(cpuRate),
        CpuClock.median(wallRate),
        1 - (double) tokens / padded);
  }

  /**
   * The frozen and the tuned model in turns on the same batches, so that both see the same noise.
   */
  private EncodeReport.Slowdown measureSlowdown(int size) {
    List<List<int[]>> batches = workload.batches(size, options.seed());
    double[] ratios = new double[options.rounds()];
    double frozenOperations = 0;
    double tunedOperations = 0;
    int next = 0;
    for (int round = 0; round < ratios.length; round++) {
      double operations = 0;
      long frozenNanos = 0;
      long tunedNanos = 0;
      while (operations < OPERATIONS_A_ROUND) {
        List<int[]> batch = batches.get(next++ % batches.size());
        boolean tunedFirst = next % 2 == 0;
        tunedNanos += tunedFirst ? cpuNanos(measured, batch) : 0;
        frozenNanos += cpuNanos(frozen, batch);
        tunedNanos += tunedFirst ? 0 : cpuNanos(measured, batch);
        operations += operations(batch);
        tunedOperations += operations(batch);
        frozenOperations += operations(batch, 0);
      }
      ratios[round] = (double) tunedNanos / frozenNanos;
    }
    return new EncodeReport.Slowdown(
        size,
        CpuClock.median(ratios),
        Arrays.stream(ratios).min().orElseThrow(),
        Arrays.stream(ratios).max().orElseThrow(),
        tunedOperations / frozenOperations);
  }

  private long cpuNanos(BertModel model, List<int[]> batch) {
    long start = CpuClock.thread();
    model.embed(batch, folder.pooling());
    return CpuClock.thread() - start;
  }

  /** Operations of all products of a batch, as the model computes it, padding included. */
  private double operations(List<int[]> batch) {
    return operations(batch, moduleWeights());
  }

  private double operations(List<int[]> batch, long moduleWeights) {
    double operations = 0;
    for (List<int[]> part : BertModel.parts(batch)) {
      operations +=
          EncodeWorkload.operations(
              folder.config(), moduleWeights, part.size(), EncodeWorkload.longest(part));
    }
    return operations;
  }

  private long moduleWeights() {
    BenchModules modules = options.modules();
    return modules == null ? 0 : modules.fit(folder.config()).parameters().weights();
  }

  private static long padded(List<int[]> batch) {
    long padded = 0;
    for (List<int[]> part : BertModel.parts(batch)) {
      padded += (long) EncodeWorkload.longest(part) * part.size();
    }
    return padded;
  }

  /** In turns, as all that is compared. */
  private BatcherResults measureBatcher(DoubleSupplier reference) {
    List<int[]> sequences = workload.sequences();
    double operations = 0;
    for (int[] sequence : sequences) {
      operations += EncodeWorkload.operations(folder.config(), moduleWeights(), 1, sequence.length);
    }
    try (var one = new BatcherPasses(settings, 1, sequences, operations, reference);
        var two = new BatcherPasses(settings, 2, sequences, operations, reference)) {
      double[] ratios = new double[options.rounds()];
      for (int round = 0; round < ratios.length; round++) {
        boolean twoFirst = round % 2 == 0;
        double before = (twoFirst ? two : one).pass();
        double after = (twoFirst ? one : two).pass();
        ratios[round] = twoFirst ? before / after : after / before;
      }
      return new BatcherResults(List.of(one.result(), two.result()), CpuClock.median(ratios));
    }
  }

  private record BatcherResults(List<EncodeReport.BatcherResult> each, double twoThreadSpeedup) {}

  private String describe() {
    try (Encoder encoder = Encoders.acquire(settings)) {
      return encoder.description();
    }
  }

  private @Nullable String describeModules() {
    BenchModules modules = options.modules();
    if (modules == null) {
      return null;
    }
    Budget.Fit fit = modules.fit(folder.config());
    return String.format(
        Locale.ROOT,
        "%s, %,d weights, %.2f %% of the backbone's",
        Tuning.of(fit.method()).toJson(),
        fit.parameters().weights(),
        100 * fit.share());
  }
}
