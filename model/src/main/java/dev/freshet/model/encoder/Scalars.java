package dev.freshet.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * Arithmetic with one number where gradients may flow back.
 *
 * <p>DJL's own operators that take a {@link Number} put it into memory of the JVM, which may be
 * collected as soon as they return; the engine reads it there once more on the way back, for the
 * gradient of a product is the other factor. A collection in between gives a wrong gradient, and
 * nothing says so. Here the number is in memory of the engine's own, which lives as long as what
 * was recorded.
 *
 * <p>Arrays are of any shape and of a floating-point type, which they keep; the number is rounded
 * to a float. One thread an array.
 */
public final class Scalars {
  private Scalars() {}

  /** A new array, owned by the manager of {@code array}. */
  public static NDArray times(NDArray array, double factor) {
    try (NDArray number = scalar(array, factor)) {
      return array.mul(number);
    }
  }

  /** Changes the array in place, and returns it. */
  public static NDArray multiply(NDArray array, double factor) {
    try (NDArray number = scalar(array, factor)) {
      return array.muli(number);
    }
  }

  /** A new array, owned by the manager of {@code array}. */
  public static NDArray over(NDArray array, double divisor) {
    try (NDArray number = scalar(array, divisor)) {
      return array.div(number);
    }
  }

  private static NDArray scalar(NDArray like, double value) {
    return Torch.create(like.getManager(), new float[] {(float) value}, new Shape());
  }
}
