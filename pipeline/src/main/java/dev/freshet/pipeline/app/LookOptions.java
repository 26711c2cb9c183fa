package dev.freshet.pipeline.app;

import dev.freshet.training.round.TuningPlan;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How often training is interrupted for a look at the held-out queries. A picocli mixin. */
final class LookOptions {
  private static final TuningPlan PLAN = TuningPlan.defaults();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--look-every",
      paramLabel = "STEPS",
      description = "Between two looks at the held-out queries (default: ${DEFAULT-VALUE}).")
  private int lookEvery = PLAN.validateEvery();

  @Option(
      names = "--patience",
      paramLabel = "LOOKS",
      description =
          "Without a better one until training stops; 0: never (default: ${DEFAULT-VALUE}).")
  private int patience = PLAN.patience();

  /**
   * Holds the numbers to their limits.
   *
   * @throws ParameterException when one is beyond, or patience waits for looks that there are not
   */
  void check() {
    if (lookEvery < 0 || patience < 0) {
      throw wrongUsage(
          "--look-every and --patience must be 0 or more, were %d and %d"
              .formatted(lookEvery, patience));
    }
    if (patience > 0 && lookEvery == 0) {
      throw wrongUsage(
          "--patience %d counts looks: --look-every must be at least 1, was 0".formatted(patience));
    }
  }

  private ParameterException wrongUsage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /**
   * The plan with looks.
   *
   * @throws ParameterException as {@link #check}
   */
  TuningPlan addTo(TuningPlan plan) {
    check();
    return plan.withLooks(lookEvery, patience);
  }

  /** By the names that reports show. */
  Map<String, String> items() {
    return Map.of("looks", "every %d steps, patience %d".formatted(lookEvery, patience));
  }
}
