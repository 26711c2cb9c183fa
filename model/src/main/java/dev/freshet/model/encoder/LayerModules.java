package dev.freshet.model.encoder;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * Where trainable modules take part in one layer of the forward pass. Every default leaves the
 * layer as it is.
 *
 * <pre>
 * q, k, v = project(W·x + b)                       prefix() goes before k and v
 * h = beforeFeedForward(x, LN1(x + insideAttention(W_o · Attention(q, k, v))))
 * y = afterLayer(x, h, LN2(h + insideFeedForward(h, W_2 · gelu(W_1 · h))))
 * </pre>
 *
 * <p>All states are {@code [batch·seq, hidden]}. The last argument of a method is given away: the
 * method returns it, or another array after closing it; the others it leaves as they are. Gradients
 * must flow. Implementations are immutable and thread-safe.
 */
public interface LayerModules {
  /** No modules. */
  LayerModules NONE = new LayerModules() {};

  /** Changes a projection of the layer's input. */
  default NDArray project(Projection projection, NDArray x, NDArray projected) {
    return projected;
  }

  /** Keys and values to put before those of the sequences, or null. */
  default @Nullable Prefix prefix() {
    return null;
  }

  /** Changes what attention adds to its input. */
  default NDArray insideAttention(NDArray attended) {
    return attended;
  }

  /** Changes the state between attention and the feed-forward sub-layer. */
  default NDArray beforeFeedForward(NDArray x, NDArray h) {
    return h;
  }

  /** Changes what the feed-forward sub-layer adds to its input. */
  default NDArray insideFeedForward(NDArray h, NDArray fed) {
    return fed;
  }

  /** Changes the layer's output. */
  default NDArray afterLayer(NDArray x, NDArray h, NDArray y) {
    return y;
  }
}
