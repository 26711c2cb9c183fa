package dev.freshet.pipeline.app;

import dev.freshet.training.round.TuningPlan;
import java.util.Map;
import picocli.CommandLine.Option;

/** How often training is interrupted for a look at the held-out queries. A picocli mixin. */
final class LookOptions {
  private static final TuningPlan PLAN = TuningPlan.defaults();

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

  /** The plan with looks. */
  TuningPlan addTo(TuningPlan plan) {
    return plan.withLooks(lookEvery, patience);
  }

  /** By the names that reports show. */
  Map<String, String> items() {
    return Map.of("looks", "every %d steps, patience %d".formatted(lookEvery, patience));
  }
}
