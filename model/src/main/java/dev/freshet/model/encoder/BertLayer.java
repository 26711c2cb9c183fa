package dev.freshet.model.encoder;

import ai.djl.ndarray.NDArray;

/**
 * One post-LN transformer layer (Vaswani et al. 2017, as BERT has it):
 *
 * <pre>
 * h = LN1(x + W_o · Attention(x))        y = LN2(h + W_2 · gelu(W_1 · h))
 * </pre>
 *
 * <p>Immutable and thread-safe: whatever a call makes belongs to the manager of its input.
 */
final class BertLayer {
  private final SelfAttention attention;
  private final Linear attentionOutput;
  private final LayerNorm attentionNorm;
  private final Linear intermediate;
  private final Linear output;
  private final LayerNorm outputNorm;

  BertLayer(BertWeights weights, int index, BertConfig config, HeadMixing mixing) {
    String name = "encoder.layer." + index;
    int d = config.hidden();
    attention = SelfAttention.load(weights, name + ".attention.self", config, mixing);
    attentionOutput = weights.linear(name + ".attention.output.dense", d, d);
    attentionNorm = weights.layerNorm(name + ".attention.output.LayerNorm", config);
    intermediate = weights.linear(name + ".intermediate.dense", config.ffn(), d);
    output = weights.linear(name + ".output.dense", d, config.ffn());
    outputNorm = weights.layerNorm(name + ".output.LayerNorm", config);
  }

  /**
   * @param x token states {@code [batch·seq, hidden]}; left as they are
   * @return y {@code [batch·seq, hidden]}
   */
  NDArray apply(NDArray x, TokenBatch batch) {
    try (NDArray attended = attend(x, batch);
        NDArray h = addAndNormalise(attended, x, attentionNorm);
        NDArray fed = feedForward(h)) {
      return addAndNormalise(fed, h, outputNorm);
    }
  }

  private NDArray attend(NDArray x, TokenBatch batch) {
    try (NDArray mixed = attention.apply(x, batch)) {
      return attentionOutput.apply(mixed);
    }
  }

  private NDArray feedForward(NDArray h) {
    // Closed as soon as it is used: the widest arrays then reuse memory that is still in the cache.
    try (NDArray wide = intermediate.apply(h);
        NDArray active = wide.getNDArrayInternal().gelu()) {
      wide.close();
      return output.apply(active);
    }
  }

  /** {@code LN(residual + change)}; adds in place, so {@code change} is used up. */
  private static NDArray addAndNormalise(NDArray change, NDArray residual, LayerNorm norm) {
    change.addi(residual);
    return norm.apply(change);
  }
}
