package dev.freshet.pipeline.app;

import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.tuning.Tuning;
import dev.freshet.training.lab.Contender;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The one method that a command tunes with. A picocli mixin. */
final class MethodOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--method",
      description =
          "What is trained; may have +wordsN for a change of the word embeddings of rank N"
              + " (default: ${DEFAULT-VALUE}).")
  private String method = "iaa-l";

  @Option(
      names = "--budget",
      paramLabel = "SHARE",
      description = "Of the backbone's parameters to train (default: ${DEFAULT-VALUE}).")
  private double budget = 0.0673;

  @Option(names = "--rate", description = "Highest learning rate (default: ${DEFAULT-VALUE}).")
  private double rate = 1e-2;

  /**
   * The method.
   *
   * @throws ParameterException when there is none of that name
   */
  Contender contender() {
    try {
      return Contender.parse(method);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--method: " + e.getMessage());
    }
  }

  /**
   * The method in its size for a backbone.
   *
   * @throws IllegalArgumentException when no widths meet the budget
   */
  Tuning tuning(BertConfig config) {
    Contender contender = contender();
    return contender.tuning(
        contender.hasFixedSize() ? null : Double.valueOf(budget),
        config,
        Contender.deviation(config));
  }

  double rate() {
    return rate;
  }
}
