package dev.freshet.training.lab;

import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.model.encoder.BackboneTensors;
import dev.freshet.model.tuning.Tuning;
import dev.freshet.training.optimise.DivergedException;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.RoundHistory;
import dev.freshet.training.round.RoundListener;
import dev.freshet.training.round.RoundObjective;
import dev.freshet.training.round.TunedModel;
import dev.freshet.training.round.TuningPlan;
import dev.freshet.training.round.TuningRound;
import java.util.concurrent.CancellationException;

/**
 * Runs one trial: trains, measures, and looks around where it is asked to. Thread-safe: trials run
 * on threads of their own, on one backbone.
 */
public final class TrialRunner {
  private final Backbone backbone;
  private final TuningPlan plan;
  private final double deviation;

  /**
   * @param plan of every trial; the learning rate is each trial's own
   * @param deviation that modules start with
   */
  public TrialRunner(Backbone backbone, TuningPlan plan, double deviation) {
    this.backbone = backbone;
    this.plan = plan;
    this.deviation = deviation;
  }

  /**
   * Runs a trial on the calling thread.
   *
   * @param probed whether directions, smoothness and landscape are looked at
   * @throws IllegalArgumentException when the contender cannot have the budget
   * @throws CancellationException when the thread was interrupted
   */
  public TrialResult run(Trial trial, Contender contender, TaskBench bench, boolean probed) {
    Tuning tuning = bench.adapt(contender.tuning(trial.budget(), backbone.config(), deviation));
    try (TunedModel model = TunedModel.initial(backbone, tuning, ModuleSides.SHARED, trial.seed());
        RoundObjective objective = bench.objective(model, trial.seed())) {
      Tuned tuned =
          new Tuned(
              tuning.toJson(),
              model.parameters(),
              (double) model.parameters() / BackboneTensors.parameters(backbone.config()));
      StepProbes probes =
          probed
              ? new StepProbes(
                  model,
                  objective,
                  other -> bench.objective(other, trial.seed()),
                  bench.watched(backbone.sequences()),
                  plan.steps(),
                  plan.passes(),
                  trial.seed())
              : null;
      TuningRound round =
          new TuningRound(
              model,
              objective,
              plan.withRate(trial.rate()),
              probes == null ? RoundListener.NONE : probes,
              () -> bench.validate(model),
              null);
      Outcome outcome = train(round);
      RoundHistory history = round.seen();
      Effort effort = new Effort(history.steps(), history.cpuSeconds(), history.wallSeconds());
      boolean finished = outcome.isFinished();
      return new TrialResult(
          trial,
          tuned,
          outcome,
          effort,
          progress(history),
          finished ? bench.test(model) : null,
          finished && probes != null ? probes.probes() : Probes.NONE);
    }
  }

  private static Outcome train(TuningRound round) {
    try {
      round.run();
      return Outcome.finished();
    } catch (DivergedException e) {
      return Outcome.diverged(String.valueOf(e.getMessage()));
    }
  }

  private static Progress progress(RoundHistory history) {
    RoundHistory.Quality best = history.best();
    return new Progress(
        history.losses().stream()
            .map(row -> new Progress.Loss(row.step(), row.cpuSeconds(), row.loss()))
            .toList(),
        history.qualities().stream()
            .map(look -> new Progress.Validation(look.step(), look.cpuSeconds(), look.value()))
            .toList(),
        best == null ? 0 : best.step());
  }
}
