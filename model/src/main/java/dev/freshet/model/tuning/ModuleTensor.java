package dev.freshet.model.tuning;

import dev.freshet.model.encoder.TensorShape;

/**
 * A trainable tensor.
 *
 * @param tensor its name in checkpoints and its shape
 * @param start what it starts as
 */
public record ModuleTensor(TensorShape tensor, Initialisation start) {
  static ModuleTensor of(Initialisation start, String name, long... dimensions) {
    return new ModuleTensor(TensorShape.of(name, dimensions), start);
  }

  public String name() {
    return tensor.name();
  }

  /** Whether it is added to states rather than multiplied with them, so not a weight. */
  boolean isBias() {
    return name().endsWith(".bias");
  }
}
