package dev.freshet.model.encoder;

import ai.djl.ndarray.NDArray;

/**
 * Modules that span layers, for one forward pass: they may carry state from layer to layer. Used by
 * one thread. Ownership of arrays as in {@link LayerModules}.
 */
public interface LayerStream {
  /** No modules. */
  LayerStream NONE = new LayerStream() {};

  /**
   * Changes the output of a layer.
   *
   * @param index of the layer, from 0
   * @param x the layer's input {@code [batch·seq, hidden]}
   * @param y the layer's output {@code [batch·seq, hidden]}
   */
  default NDArray afterLayer(int index, NDArray x, NDArray y) {
    return y;
  }

  /** Changes the output of the last layer, {@code [batch·seq, hidden]}. */
  default NDArray afterModel(NDArray last) {
    return last;
  }
}
