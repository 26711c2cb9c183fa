package dev.freshet.training.pretrain;

/**
 * Where a run stands.
 *
 * @param steps taken in the stage
 */
record PretrainPosition(PretrainStage stage, long steps) {
  boolean isBefore(PretrainPosition other) {
    return stage == other.stage ? steps < other.steps : stage.compareTo(other.stage) < 0;
  }
}
