package dev.freshet.model.encoder;

import ai.djl.ndarray.NDArray;

/**
 * {@code y = x · Wᵀ + b} in one fused operator.
 *
 * @param weight W {@code [outputs, inputs]}
 * @param bias b {@code [outputs]}
 */
record Linear(NDArray weight, NDArray bias) {
  /**
   * @param x {@code [rows, inputs]}
   * @return {@code [rows, outputs]}, owned by the manager of {@code x}
   */
  NDArray apply(NDArray x) {
    return x.getNDArrayInternal().linear(x, weight, bias).get(0);
  }
}
