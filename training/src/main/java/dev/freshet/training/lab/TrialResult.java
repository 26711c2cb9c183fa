package dev.freshet.training.lab;

import org.jspecify.annotations.Nullable;

/**
 * All that was measured in a run. On disk:
 *
 * <pre>{@code
 * {"format": 1,
 *  "trial": {"task": "retrieval" | "reranking", "contender": str, "budget": num, "rate": num,
 *            "seed": int},
 *  "tuned": {"tuning": {"method": str, ...}, "parameters": int, "share": num},
 *  "outcome": {"status": "finished" | "diverged", "reason": str},
 *  "effort": {"steps": int, "cpuSeconds": num, "wallSeconds": num},
 *  "progress": {"losses": [{"step": int, "cpuSeconds": num, "value": num}],
 *               "validations": [{"step": int, "cpuSeconds": num, "value": num}],
 *               "bestStep": int},
 *  "test": {"metrics": {metric: num}, "perQuery": [num]},
 *  "probes": {"directions": {"probes": [{"step": int,
 *                 "modules": {module: {"relative": num, "cosine": num}},
 *                 "displacementCosine": num}]},
 *             "smoothness": {"probes": [{"step": int, "lossLow": num, "lossHigh": num,
 *                 "lipschitz": num}]},
 *             "landscape": {"alphas": [num], "betas": [num], "loss": [[num]], "centre": num}}}
 * }</pre>
 *
 * @param trial which run
 * @param tuned what it trained
 * @param outcome how it ended
 * @param effort what it cost
 * @param progress how it went
 * @param test how good the kept model is on the test queries; null only where the run diverged
 * @param probes what was looked at beside the training
 */
public record TrialResult(
    Trial trial,
    Tuned tuned,
    Outcome outcome,
    Effort effort,
    Progress progress,
    @Nullable Scores test,
    Probes probes)
    implements Result {
  public TrialResult {
    if (outcome.isFinished() && (test == null || progress.validations().isEmpty())) {
      throw new IllegalArgumentException(
          trial.name() + " finished: it needs test scores and a validation");
    }
  }

  @Override
  public String name() {
    return trial.name();
  }
}
