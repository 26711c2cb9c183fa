package dev.freshet.tests.bench;

import dev.freshet.model.checkpoint.Folders;
import dev.freshet.model.encoder.BackboneShape;
import dev.freshet.model.encoder.SeededBackbone;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a training step costs with modules, against full fine-tuning. Each method has a process of
 * its own ({@link TuneWorker}); they take steps in turn, pair by pair.
 */
final class TuneBenchmark {
  private static final BackboneShape BASE = new BackboneShape(12, 768, 12, 3072, 256);
  private static final String FULL = "full";

  private TuneBenchmark() {}

  /**
   * @param method of the modules
   * @param share of the backbone's parameters
   * @param pairs of texts a step
   * @param tokens of a text
   * @param rounds pairs of steps that count, after one that does not
   */
  record Options(String method, double share, int pairs, int tokens, int rounds) {
    Options {
      if (pairs < 2 || tokens < 8 || tokens > BASE.window() || rounds < 1) {
        throw new IllegalArgumentException(
            "pairs must be at least 2, tokens 8 to %d and rounds at least 1, were %d, %d and %d"
                .formatted(BASE.window(), pairs, tokens, rounds));
      }
    }

    static Options defaults() {
      return new Options("iaa-l", 0.0673, 16, 64, 5);
    }
  }

  /**
   * @param options what was measured
   * @param cpuRatio median over the rounds of a step's CPU time, of that of full fine-tuning
   * @param cpuRatios of each round
   * @param cpuSeconds median of a step
   * @param fullCpuSeconds median of a step of full fine-tuning
   * @param memoryRatio largest resident set of the process, of that of full fine-tuning
   * @param peakBytes of the process, weights and JVM included
   * @param fullPeakBytes of that of full fine-tuning
   */
  record Result(
      Options options,
      double cpuRatio,
      double[] cpuRatios,
      double cpuSeconds,
      double fullCpuSeconds,
      double memoryRatio,
      long peakBytes,
      long fullPeakBytes) {
    String table() {
      return String.format(
          Locale.ROOT,
          "a step of %d pairs of %d tokens, BERT-base's shape%n"
              + "%-10s %9s %12s%n%-10s %8.2fs %9d MiB%n%-10s %8.2fs %9d MiB%n%-10s %9.3f %12.3f%n",
          options.pairs(),
          options.tokens(),
          "",
          "CPU",
          "peak memory",
          FULL,
          fullCpuSeconds,
          fullPeakBytes >> 20,
          options.method(),
          cpuSeconds,
          peakBytes >> 20,
          "ratio",
          cpuRatio,
          memoryRatio);
    }
  }

  /** One method's process. */
  private static final class Worker implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;
    private final Writer input;
    private long peakBytes;

    Worker(Path model, String method, Options options) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.add(TuneWorker.class.getName());
      command.addAll(List.of(model.toString(), method, Double.toString(options.share())));
      command.addAll(
          List.of(Integer.toString(options.pairs()), Integer.toString(options.tokens())));
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      output = process.inputReader(StandardCharsets.UTF_8);
      input = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** CPU seconds of one step. */
    double step() throws IOException {
      input.write("step\n");
      input.flush();
      String answer = output.readLine();
      if (answer == null) {
        throw new IllegalStateException("a training process ended: see its error above");
      }
      String[] numbers = answer.split(" ", -1);
      peakBytes = Long.parseLong(numbers[1]);
      return Long.parseLong(numbers[0]) / 1e9;
    }

    @Override
    public void close() {
      process.destroy();
    }
  }

  /** Measures; about half a minute a round. */
  static Result run(Options options) {
    try {
      Path scratch = Files.createTempDirectory("freshet-bench");
      try {
        SeededBackbone.write(scratch, BASE, 1, null);
        return measure(options, scratch);
      } finally {
        Folders.delete(scratch);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Result measure(Options options, Path model) throws IOException {
    double[] ratios = new double[options.rounds()];
    double[] seconds = new double[options.rounds()];
    double[] fullSeconds = new double[options.rounds()];
    try (Worker full = new Worker(model, FULL, options);
        Worker modules = new Worker(model, options.method(), options)) {
      full.step();
      modules.step();
      for (int i = 0; i < ratios.length; i++) {
        fullSeconds[i] = full.step();
        seconds[i] = modules.step();
        ratios[i] = seconds[i] / fullSeconds[i];
      }
      return new Result(
          options,
          CpuClock.median(ratios),
          ratios,
          CpuClock.median(seconds),
          CpuClock.median(fullSeconds),
          (double) modules.peakBytes / full.peakBytes,
          modules.peakBytes,
          full.peakBytes);
    }
  }
}
