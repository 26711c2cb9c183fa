package dev.freshet.training.pretrain;

import dev.freshet.training.optimise.StepReport;

/** Is told how a pretraining goes, on the thread that trains. */
public interface PretrainListener {
  /** Hears nothing. */
  PretrainListener NONE = (stage, report, steps) -> {};

  /**
   * After each step.
   *
   * @param steps all steps of the stage
   */
  void step(PretrainStage stage, StepReport report, long steps);
}
