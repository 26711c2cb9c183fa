package dev.freshet.training.optimise;

/** What a training run makes smaller. */
@FunctionalInterface
public interface Objective {
  /**
   * Computes the loss of the examples of one step and adds its gradients to the trainable tensors.
   * Called with {@link dev.freshet.model.encoder.GradientMode} on.
   *
   * @param step decides the examples and everything random: the same step yields the same loss from
   *     the same tensors, so that a run can go on anywhere
   * @return the loss, whatever it is
   */
  double backward(long step);
}
