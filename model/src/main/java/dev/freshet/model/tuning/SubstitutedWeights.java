package dev.freshet.model.tuning;

import ai.djl.ndarray.NDArray;
import dev.freshet.model.encoder.BertModules;
import org.jspecify.annotations.Nullable;

/**
 * Trainable copies in place of tensors of the backbone.
 *
 * @param tensors by the backbone's names
 */
record SubstitutedWeights(ModuleTensors tensors) implements BertModules {
  @Override
  public @Nullable NDArray weight(String name) {
    return tensors.find(name);
  }
}
