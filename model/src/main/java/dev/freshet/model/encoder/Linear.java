package dev.freshet.model.encoder;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = x · Wᵀ + b} in one fused operator.
 *
 * @param weight W {@code [outputs, inputs]}
 * @param bias b {@code [outputs]}, or null for none
 */
public record Linear(NDArray weight, @Nullable NDArray bias) {
  /**
   * @param x {@code [rows, inputs]}
   * @return {@code [rows, outputs]}, owned by the manager of {@code x}
   */
  public NDArray apply(NDArray x) {
    return x.getNDArrayInternal().linear(x, weight, bias).get(0);
  }
}
