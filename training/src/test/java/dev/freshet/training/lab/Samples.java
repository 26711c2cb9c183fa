package dev.freshet.training.lab;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Results made up for tests. */
final class Samples {
  static final double BUDGET = 0.0673;

  private Samples() {}

  static Setting setting(Setting.Baseline... baselines) {
    Map<String, String> plan = new LinkedHashMap<>();
    plan.put("steps", "400");
    plan.put("batch", "16");
    return new Setting(
        new Setting.Collection("generated", 1000, 300, 50, 4, "cd34"),
        backbone("mean"),
        plan,
        List.of(baselines));
  }

  static Setting.Backbone backbone(String pooling) {
    return new Setting.Backbone(
        "built-in", "ab12", "ef34", pooling, "", "passage: ", 3, 128, 1_660_000, "cpu");
  }

  static Setting.Baseline baseline(String name, double... perQuery) {
    return new Setting.Baseline(name, Task.RETRIEVAL, scores(perQuery));
  }

  static Scores scores(double... perQuery) {
    return Scores.of(Map.of("nDCG@10", mean(perQuery)), perQuery);
  }

  static double mean(double... values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  static Tuned tuned(String method) {
    return new Tuned(JsonNodeFactory.instance.objectNode().put("method", method), 111_718, BUDGET);
  }

  /** A run that finished, with validations at steps 100, 200, ...; the last is the best. */
  static TrialResult finished(Trial trial, double[] validations, double... perQuery) {
    return result(trial, Outcome.finished(), progress(validations), scores(perQuery), Probes.NONE);
  }

  static TrialResult diverged(Trial trial) {
    return result(
        trial, Outcome.diverged("the loss of step 7 is NaN"), progress(), null, Probes.NONE);
  }

  static TrialResult result(
      Trial trial, Outcome outcome, Progress progress, @Nullable Scores scores, Probes probes) {
    String method = Entrant.method(trial.contender());
    return new TrialResult(
        trial, tuned(method), outcome, new Effort(300, 30, 16), progress, scores, probes);
  }

  /** A second of CPU time for each ten steps. */
  static Progress progress(double... validations) {
    Progress.Validation[] points = new Progress.Validation[validations.length];
    Arrays.setAll(
        points, i -> new Progress.Validation(100L * (i + 1), 10.0 * (i + 1), validations[i]));
    return new Progress(
        List.of(new Progress.Loss(1, 0.1, 2.5), new Progress.Loss(300, 30, 0.5)),
        List.of(points),
        100L * validations.length);
  }

  static Trial trial(String contender, @Nullable Double budget, double rate, long seed) {
    return new Trial(Task.RETRIEVAL, contender, budget, rate, seed);
  }
}
