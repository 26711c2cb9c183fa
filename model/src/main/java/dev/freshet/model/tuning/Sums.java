package dev.freshet.model.tuning;

import ai.djl.ndarray.NDArray;

/** Adding what a module computes to a state that the module was given. */
final class Sums {
  private Sums() {}

  /**
   * {@code state + change}. It is the change that is added to in place: it comes out of a linear
   * layer, whose backward pass does not read its output, while the state may be an input that a
   * backward pass reads.
   *
   * @param change becomes the result
   * @param state is closed
   */
  static NDArray add(NDArray change, NDArray state) {
    change.addi(state);
    state.close();
    return change;
  }
}
