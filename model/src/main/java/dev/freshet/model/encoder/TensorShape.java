package dev.freshet.model.encoder;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor's name and shape.
 *
 * @param name as in a checkpoint
 * @param dimensions length of every dimension
 */
public record TensorShape(String name, List<Long> dimensions) {
  public TensorShape {
    dimensions = List.copyOf(dimensions);
  }

  public static TensorShape of(String name, long... dimensions) {
    return new TensorShape(name, Arrays.stream(dimensions).boxed().toList());
  }

  /** Number of elements. */
  public long elements() {
    return dimensions.stream().reduce(1L, Math::multiplyExact);
  }

  /** The dimensions as the tensor engine wants them. */
  public Shape shape() {
    return new Shape(dimensions);
  }
}
