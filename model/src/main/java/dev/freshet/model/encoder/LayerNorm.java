package dev.freshet.model.encoder;

import ai.djl.ndarray.NDArray;

/**
 * Layer normalisation over the last dimension.
 *
 * @param weight {@code [hidden]}
 * @param bias {@code [hidden]}
 * @param eps added to the variance
 */
record LayerNorm(NDArray weight, NDArray bias, float eps) {
  /**
   * @param x {@code [..., hidden]}
   * @return the same shape, owned by the manager of {@code x}
   */
  NDArray apply(NDArray x) {
    return x.getNDArrayInternal().layerNorm(x, weight.getShape(), weight, bias, eps).get(0);
  }
}
