package dev.freshet.model.tuning;

import java.util.List;

/**
 * How many numbers are trained. The literature counts weights alone.
 *
 * @param weights elements of all tensors but biases
 * @param biases elements of all biases
 */
public record ParameterCount(long weights, long biases) {
  static ParameterCount of(List<ModuleTensor> tensors) {
    long weights = 0;
    long biases = 0;
    for (ModuleTensor tensor : tensors) {
      if (tensor.isBias()) {
        biases += tensor.tensor().elements();
      } else {
        weights += tensor.tensor().elements();
      }
    }
    return new ParameterCount(weights, biases);
  }

  public long total() {
    return weights + biases;
  }
}
