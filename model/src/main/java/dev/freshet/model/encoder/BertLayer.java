package dev.freshet.model.encoder;

import ai.djl.ndarray.NDArray;

/**
 * One post-LN transformer layer (Vaswani et al. 2017, as BERT has it):
 *
 * <pre>
 * h = LN1(x + W_o · Attention(x))        y = LN2(h + W_2 · gelu(W_1 · h))
 * </pre>
 *
 * <p>Modules take part where {@link LayerModules} says.
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
  private final LayerModules modules;

  BertLayer(BertWeights weights, int index) {
    String name = BackboneTensors.layer(index);
    modules = weights.modules().layer(index);
    attention = SelfAttention.load(weights, name + ".attention.self", modules);
    attentionOutput = weights.linear(name + ".attention.output.dense");
    attentionNorm = weights.layerNorm(name + ".attention.output.LayerNorm");
    intermediate = weights.linear(name + ".intermediate.dense");
    output = weights.linear(name + ".output.dense");
    outputNorm = weights.layerNorm(name + ".output.LayerNorm");
  }

  /**
   * @param x token states {@code [batch·seq, hidden]}; left as they are
   * @return y {@code [batch·seq, hidden]}
   */
  NDArray apply(NDArray x, TokenBatch batch) {
    try (NDArray h = afterAttention(x, batch);
        NDArray fed = modules.insideFeedForward(h, feedForward(h))) {
      return modules.afterLayer(x, h, addAndNormalise(fed, h, outputNorm));
    }
  }

  private NDArray afterAttention(NDArray x, TokenBatch batch) {
    try (NDArray attended = modules.insideAttention(attend(x, batch))) {
      return modules.beforeFeedForward(x, addAndNormalise(attended, x, attentionNorm));
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

  /**
   * {@code LN(residual + change)}; adds in place, so {@code change} is used up. That is right for
   * gradients too: it comes out of a linear layer, whose backward pass does not read its output.
   */
  private static NDArray addAndNormalise(NDArray change, NDArray residual, LayerNorm norm) {
    change.addi(residual);
    return norm.apply(change);
  }
}
