package dev.freshet.model.encoder;

import ai.djl.ndarray.NDArray;

/**
 * Multi-head self-attention up to, not including, its output projection.
 *
 * <p>Three products with the three weights as they are in the file's map: one product with all
 * three side by side is no faster, and needs a copy of them.
 */
record SelfAttention(
    Linear query, Linear key, Linear value, HeadMixing mixing, LayerModules modules) {

  static SelfAttention load(BertWeights weights, String name, LayerModules modules) {
    return new SelfAttention(
        weights.linear(name + ".query"),
        weights.linear(name + ".key"),
        weights.linear(name + ".value"),
        weights.backbone().mixing(),
        modules);
  }

  /**
   * @param x token states {@code [batch·seq, hidden]}
   * @param batch what else there is to know about the rows
   * @return heads side by side {@code [batch·seq, hidden]}, owned by the manager of {@code x}
   */
  NDArray apply(NDArray x, TokenBatch batch) {
    try (NDArray queries = modules.project(Projection.QUERY, x, query.apply(x));
        NDArray keys = modules.project(Projection.KEY, x, key.apply(x));
        NDArray values = modules.project(Projection.VALUE, x, value.apply(x))) {
      Prefix prefix = modules.prefix();
      return prefix == null
          ? mixing.apply(queries, keys, values, batch)
          : mixing.apply(queries, keys, values, prefix, batch);
    }
  }
}
