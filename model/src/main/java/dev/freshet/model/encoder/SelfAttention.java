package dev.freshet.model.encoder;

import ai.djl.ndarray.NDArray;

/**
 * Multi-head self-attention up to, not including, its output projection.
 *
 * <p>Three products with the three weights as they are in the file's map: one product with all
 * three side by side is no faster, and needs a copy of them.
 */
record SelfAttention(Linear query, Linear key, Linear value, HeadMixing mixing) {

  static SelfAttention load(
      BertWeights weights, String name, BertConfig config, HeadMixing mixing) {
    int d = config.hidden();
    return new SelfAttention(
        weights.linear(name + ".query", d, d),
        weights.linear(name + ".key", d, d),
        weights.linear(name + ".value", d, d),
        mixing);
  }

  /**
   * @param x token states {@code [batch·seq, hidden]}
   * @param batch what else there is to know about the rows
   * @return heads side by side {@code [batch·seq, hidden]}, owned by the manager of {@code x}
   */
  NDArray apply(NDArray x, TokenBatch batch) {
    try (NDArray queries = query.apply(x);
        NDArray keys = key.apply(x);
        NDArray values = value.apply(x)) {
      return mixing.apply(queries, keys, values, batch);
    }
  }
}
