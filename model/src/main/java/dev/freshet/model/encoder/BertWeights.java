package dev.freshet.model.encoder;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * The weights of one model: those that its modules substitute, and the backbone's for the rest.
 *
 * @param backbone the frozen weights
 * @param modules what stands in for some of them
 */
record BertWeights(BertBackbone backbone, BertModules modules) {

  /**
   * @throws IllegalArgumentException when there is no tensor of that name
   */
  NDArray get(String name) {
    NDArray substitute = modules.weight(name);
    return substitute == null ? backbone.tensor(name) : substitute;
  }

  boolean has(String name) {
    return modules.weight(name) != null || backbone.find(name) != null;
  }

  boolean substitutes(String name) {
    return modules.weight(name) != null;
  }

  Linear linear(String name) {
    return new Linear(get(name + ".weight"), get(name + ".bias"));
  }

  /** Null where the weight or the bias is missing. */
  @Nullable Linear findLinear(String name) {
    return has(name + ".weight") && has(name + ".bias") ? linear(name) : null;
  }

  LayerNorm layerNorm(String name) {
    return new LayerNorm(
        get(name + ".weight"), get(name + ".bias"), backbone.config().layerNormEps());
  }
}
