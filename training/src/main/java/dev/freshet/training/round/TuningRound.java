package dev.freshet.training.round;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import dev.freshet.model.encoder.EncodingException;
import dev.freshet.model.encoder.GradientMode;
import dev.freshet.training.optimise.AdamW;
import dev.freshet.training.optimise.DivergedException;
import dev.freshet.training.optimise.LearningRate;
import dev.freshet.training.optimise.StepReport;
import dev.freshet.training.optimise.TrainingRun;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One tuning round: steps of AdamW along an objective's gradients, with looks at a held-out part in
 * between. Where it looked, the modules end as they were at the best look.
 *
 * <p>One thread. On one thread equal arguments make equal bytes, however often the round was
 * stopped and gone on with.
 */
public final class TuningRound {
  private static final Duration SAVE_EVERY = Duration.ofSeconds(30);

  private final TunedModel model;
  private final RoundObjective objective;
  private final TuningPlan plan;
  private final RoundListener listener;
  private final @Nullable DoubleSupplier heldOut;
  private final @Nullable RoundState state;
  private final Duration saveEvery;

  private RoundHistory seen = RoundHistory.EMPTY;

  /** The modules at the best look. */
  private final Map<String, float[]> best = new LinkedHashMap<>();

  /**
   * @param objective over the model; stays the caller's, as the model does
   * @param heldOut measures the model as it is, the higher the better; null for no looks
   * @param state where the round is kept so that it can go on, the end of it too; null for nowhere
   */
  public TuningRound(
      TunedModel model,
      RoundObjective objective,
      TuningPlan plan,
      RoundListener listener,
      @Nullable DoubleSupplier heldOut,
      @Nullable RoundState state) {
    this(model, objective, plan, listener, heldOut, state, SAVE_EVERY);
  }

  /**
   * @param saveEvery at most so often the state is saved on the way
   */
  TuningRound(
      TunedModel model,
      RoundObjective objective,
      TuningPlan plan,
      RoundListener listener,
      @Nullable DoubleSupplier heldOut,
      @Nullable RoundState state,
      Duration saveEvery) {
    this.model = model;
    this.objective = objective;
    this.plan = plan;
    this.listener = listener;
    this.heldOut = heldOut;
    this.state = state;
    this.saveEvery = saveEvery;
  }

  /**
   * Trains on the calling thread until the plan's last step, or until it has looked in vain for too
   * long. A round whose state says that it came to its end ends at once, with the same modules; who
   * has put them away deletes the state.
   *
   * @return what was seen
   * @throws DivergedException when the loss or what the model yields is not finite, or the loss
   *     explodes; the modules are of no use then, and there is nothing to go on with
   * @throws CancellationException when the thread was interrupted; the round can go on from its
   *     state
   * @throws IllegalArgumentException when the state is of another round
   */
  public RoundHistory run() {
    Map<String, NDArray> trainable = model.trainable();
    AdamW.Settings settings = AdamW.Settings.defaults().withWeightDecay(plan.weightDecay());
    long warmUp = Math.round(plan.warmUp() * plan.steps());
    LearningRate rate = new LearningRate(plan.rate(), warmUp, plan.steps());
    try (AdamW optimiser = new AdamW(trainable, settings)) {
      RoundHistory before =
          state != null && state.exists()
              ? state.restore(optimiser, trainable, best)
              : RoundHistory.EMPTY;
      RoundRecorder recorder = new RoundRecorder(before, plan.steps(), objective.chance());
      seen = before;
      if (before.qualities().isEmpty()) {
        look(0, recorder);
        recorder.leaveOut();
      }
      if (goesOn(before)) {
        train(new TrainingRun(objective, optimiser, rate, plan.passes()), recorder, optimiser);
      }
      takeBest(trainable);
      return seen;
    } catch (DivergedException e) {
      if (state != null) {
        state.delete();
      }
      throw e;
    }
  }

  private boolean goesOn(RoundHistory history) {
    return plan.patience() == 0 || history.looksSinceBest() < plan.patience();
  }

  private void train(TrainingRun training, RoundRecorder recorder, AdamW optimiser) {
    try {
      training.runWhile(new AfterStep(recorder, optimiser)::goOn);
      if (state != null) {
        state.save(optimiser, best, recorder.history());
      }
    } catch (CancellationException e) {
      if (state != null) {
        state.save(optimiser, best, recorder.history());
      }
      throw e;
    }
  }

  /** What was seen so far: all of it after {@link #run}, and where it diverged until then. */
  public RoundHistory seen() {
    return seen;
  }

  /** What happens between two steps. */
  private final class AfterStep {
    private final RoundRecorder recorder;
    private final AdamW optimiser;
    private long saved = System.nanoTime();

    AfterStep(RoundRecorder recorder, AdamW optimiser) {
      this.recorder = recorder;
      this.optimiser = optimiser;
    }

    boolean goOn(StepReport report) {
      boolean rowEnded = recorder.step(report);
      listener.step(report, (long) plan.passes() * objective.batch());
      boolean last = report.step() == plan.steps();
      boolean due = plan.validateEvery() > 0 && report.step() % plan.validateEvery() == 0;
      if (due || last) {
        look(report.step(), recorder);
      }
      // Where a row ends, so that none is cut in two; only a cancellation cannot wait for that.
      if (state != null && rowEnded && System.nanoTime() - saved > saveEvery.toNanos()) {
        state.save(optimiser, best, recorder.history());
        saved = System.nanoTime();
      }
      seen = recorder.history();
      recorder.leaveOut();
      return goesOn(seen);
    }
  }

  private void look(long step, RoundRecorder recorder) {
    if (heldOut == null) {
      return;
    }
    recorder.quality(step, quality(heldOut, step));
    seen = recorder.history();
    if (seen.looksSinceBest() == 0) {
      model.trainable().forEach((name, array) -> best.put(name, array.toFloatArray()));
    }
    RoundHistory.Quality look = seen.last();
    if (look != null) {
      listener.looked(look);
    }
  }

  private double quality(DoubleSupplier measure, long step) {
    try {
      return measure.getAsDouble();
    } catch (EncodingException e) {
      throw new DivergedException(
          "after step %d of %d, at a learning rate of up to %.3g: %s; try a lower one"
              .formatted(step, plan.steps(), plan.rate(), e.getMessage()),
          e);
    }
  }

  private void takeBest(Map<String, NDArray> trainable) {
    try (GradientMode off = GradientMode.off()) {
      best.forEach(
          (name, values) -> {
            NDArray array = trainable.get(name);
            if (array == null) {
              throw new IllegalStateException("the model has no tensor " + name);
            }
            try (NDArray kept = array.getManager().create(values, array.getShape())) {
              array.set(new NDIndex("..."), kept);
            }
          });
    }
  }
}
