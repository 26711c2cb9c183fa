package dev.freshet.tests.bench;

import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.model.tuning.Tuning;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.lab.Contender;
import dev.freshet.training.optimise.AdamW;
import dev.freshet.training.optimise.LearningRate;
import dev.freshet.training.optimise.TrainingRun;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.RetrievalObjective;
import dev.freshet.training.round.RetrievalSettings;
import dev.freshet.training.round.RoundObjective;
import dev.freshet.training.round.TunedModel;
import dev.freshet.training.sampling.Relevance;
import dev.freshet.training.sampling.TrainingExample;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A process of its own that trains with one method, a step for each line on its standard input, so
 * that its peak of memory is that of the method alone. Prints for each step its CPU nanoseconds and
 * the largest resident set so far in bytes.
 */
public final class TuneWorker {
  private static final int STEPS = 1_000;
  private static final double RATE = 1e-4;
  private static final double DEVIATION = 0.02;

  private TuneWorker() {}

  /**
   * @param arguments model folder, method, share of parameters, pairs a step, tokens a text
   */
  public static void main(String[] arguments) {
    Contender contender = Contender.parse(arguments[1]);
    Double share = contender.hasFixedSize() ? null : Double.valueOf(arguments[2]);
    int pairs = Integer.parseInt(arguments[3]);
    int tokens = Integer.parseInt(arguments[4]);
    try (Backbone backbone = Backbone.open(Path.of(arguments[0]), EncoderSettings.defaults())) {
      Tuning tuning = contender.tuning(share, backbone.config(), DEVIATION);
      RetrievalSettings settings = new RetrievalSettings(pairs, 0.05, 0, false);
      try (TunedModel model = TunedModel.initial(backbone, tuning, ModuleSides.SHARED, 1);
          RoundObjective objective =
              new RetrievalObjective(
                  model, examples(pairs, tokens), Relevance.ofJudgements(List.of()), settings, 1);
          AdamW optimiser = new AdamW(model.trainable(), AdamW.Settings.defaults())) {
        serve(new TrainingRun(objective, optimiser, new LearningRate(RATE, 0, STEPS)));
      }
    }
  }

  /** Words of three letters are one token each for a seeded backbone. */
  private static List<TrainingExample> examples(int pairs, int tokens) {
    Random random = new Random(1);
    List<TrainingExample> examples = new ArrayList<>();
    for (int i = 0; i < pairs; i++) {
      examples.add(
          new TrainingExample(
              new CorpusQuery("q" + i, text(tokens, random), null),
              new CorpusDocument("d" + i, "", text(tokens, random), Map.of()),
              List.of(),
              1));
    }
    return examples;
  }

  private static String text(int tokens, Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < tokens - 2; i++) {
      for (int letter = 0; letter < 3; letter++) {
        text.append((char) ('a' + random.nextInt(26)));
      }
      text.append(' ');
    }
    return text.toString();
  }

  private static void serve(TrainingRun run) {
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream output = System.out;
    if (!asked(input)) {
      return;
    }
    long[] mark = {CpuClock.thread()};
    run.runWhile(
        report -> {
          output.println((CpuClock.thread() - mark[0]) + " " + peakBytes());
          output.flush();
          boolean goOn = asked(input);
          mark[0] = CpuClock.thread();
          return goOn;
        });
  }

  private static boolean asked(BufferedReader input) {
    try {
      return input.readLine() != null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long peakBytes() {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      String line = lines.filter(l -> l.startsWith("VmHWM:")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
