package dev.freshet.model.encoder;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * Where trainable modules take part in the forward pass of a frozen backbone. Every default leaves
 * it as it is. Ownership of arrays as in {@link LayerModules}.
 *
 * <p>Implementations are immutable and thread-safe. The {@link BertModel} that they are given to
 * closes them.
 */
public interface BertModules extends AutoCloseable {
  /** No modules: the frozen backbone. */
  BertModules NONE = new BertModules() {};

  /**
   * The tensor to take in place of the backbone's, of the same shape; null to keep the backbone's.
   * Asked once, when the model is made.
   */
  default @Nullable NDArray weight(String name) {
    return null;
  }

  /**
   * Changes the word embeddings.
   *
   * @param ids {@code [batch, seq]}
   * @param words {@code [batch, seq, hidden]}
   */
  default NDArray afterWords(NDArray ids, NDArray words) {
    return words;
  }

  /** The modules of a layer. Asked once, when the model is made. */
  default LayerModules layer(int index) {
    return LayerModules.NONE;
  }

  /**
   * Begins a forward pass.
   *
   * @param first the input of the first layer {@code [batch·seq, hidden]}
   */
  default LayerStream begin(NDArray first) {
    return LayerStream.NONE;
  }

  /** Frees the modules. */
  @Override
  default void close() {}
}
