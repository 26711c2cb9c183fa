package dev.freshet.pipeline.app;

import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.lab.FirstStage;
import dev.freshet.training.lab.LabCollection;
import dev.freshet.training.round.RetrievalSettings;
import dev.freshet.training.round.TuningPlan;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What all commands share that tune on a judged collection: what is trained, and how. A picocli
 * mixin.
 */
final class LabOptions {
  private static final RetrievalSettings RETRIEVAL = RetrievalSettings.defaults();
  private static final TuningPlan PLAN = TuningPlan.defaults();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--model",
      paramLabel = "FOLDER",
      description = "The backbone (default: encoder.model, or built in).")
  private @Nullable Path model;

  @Option(names = "--steps", description = "Steps of the optimiser (default: ${DEFAULT-VALUE}).")
  private int steps = PLAN.steps();

  @Option(
      names = "--batch",
      description = "Examples a step of retrieval (default: ${DEFAULT-VALUE}).")
  private int batch = RETRIEVAL.batch();

  @Option(
      names = "--accumulate",
      paramLabel = "N",
      description = "Batches whose gradients a step averages (default: ${DEFAULT-VALUE}).")
  private int passes = PLAN.passes();

  @Option(
      names = "--temperature",
      description = "What cosines are divided by (default: ${DEFAULT-VALUE}).")
  private double temperature = RETRIEVAL.temperature();

  @Option(
      names = "--hard-negatives",
      paramLabel = "N",
      description =
          "Hard negatives a step for each example of retrieval: what ranks high and is no answer; of"
              + " clicks, what was looked at and left (default: ${DEFAULT-VALUE}).")
  private int hardNegatives = RETRIEVAL.negatives();

  @Option(
      names = "--cache-gradients",
      description = "Batches larger than memory: the same gradients, for a second forward pass.")
  private boolean cacheGradients;

  @Option(names = "--warm-up", description = "Share of the steps (default: ${DEFAULT-VALUE}).")
  private double warmUp = PLAN.warmUp();

  @Option(
      names = "--weight-decay",
      description = "Of weights, not of biases and norms (default: ${DEFAULT-VALUE}).")
  private double weightDecay = PLAN.weightDecay();

  @Option(
      names = "--held-out",
      paramLabel = "N",
      description =
          "Most training queries to look at, of the tenth that is not trained on (default:"
              + " ${DEFAULT-VALUE}).")
  private int heldOut = 400;

  @Option(
      names = "--pool",
      paramLabel = "N",
      description = "Documents that they are searched in (default: ${DEFAULT-VALUE}).")
  private int pool = 2_000;

  /** The configured model, or the one that is asked for here. */
  EncoderSettings encoder(EncoderSettings configured) {
    return model == null ? configured : configured.withModel(model);
  }

  /**
   * Holds the numbers to their limits, before anything long begins.
   *
   * @throws ParameterException when one is beyond
   */
  void check() {
    if (heldOut < 1 || pool < 1) {
      throw wrongUsage(
          "--held-out and --pool must be at least 1, were %d and %d".formatted(heldOut, pool));
    }
    if (hardNegatives > FirstStage.DEPTH) {
      throw wrongUsage(
          "--hard-negatives must be at most the %d documents that are found for a query, was %d"
              .formatted(FirstStage.DEPTH, hardNegatives));
    }
    try {
      plan(PLAN.rate());
      retrieval();
    } catch (IllegalArgumentException e) {
      throw wrongUsage(String.valueOf(e.getMessage()));
    }
  }

  private ParameterException wrongUsage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Divides a collection into what is trained on, looked at and measured with. */
  LabCollection divide(CorpusCollection collection) {
    return LabCollection.of(collection, heldOut, pool);
  }

  /** Steps without looks at the held-out queries. */
  TuningPlan plan(double rate) {
    return new TuningPlan(steps, passes, rate, warmUp, weightDecay, 0, 0);
  }

  RetrievalSettings retrieval() {
    return new RetrievalSettings(batch, temperature, hardNegatives, cacheGradients);
  }

  /**
   * What decides the numbers of a training, by the names that reports show.
   *
   * @param encoder how texts are cut
   */
  Map<String, String> items(EncoderSettings encoder) {
    Map<String, String> items = new LinkedHashMap<>();
    items.put(
        "passages",
        "%d at most, overlap %d".formatted(encoder.maxPassages(), encoder.passageOverlap()));
    items.put(
        "prefixes",
        "%s, %s".formatted(prefix(encoder.queryPrefix()), prefix(encoder.passagePrefix())));
    items.put("steps", Integer.toString(steps));
    items.put("batch", batch + (passes > 1 ? " times " + passes : ""));
    items.put("temperature", Double.toString(temperature));
    items.put("hard negatives", Integer.toString(hardNegatives));
    items.put("gradients", cacheGradients ? "cached" : "of whole batches");
    items.put("warm-up", Double.toString(warmUp));
    items.put("weight decay", Double.toString(weightDecay));
    items.put("held out", "%d queries in %d documents".formatted(heldOut, pool));
    return items;
  }

  private static String prefix(@Nullable String given) {
    return given == null ? "the model's" : "'" + given + "'";
  }
}
