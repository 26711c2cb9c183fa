package dev.freshet.training.click;

import java.util.List;

/** Checks of arguments. */
final class Probabilities {
  private Probabilities() {}

  /**
   * @throws IllegalArgumentException when it is not between 0 and 1
   */
  static double require(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(
          "%s must be between 0 and 1, was %s".formatted(name, value));
    }
    return value;
  }

  /**
   * @return an immutable copy
   * @throws IllegalArgumentException when there is none, or one is not between 0 and 1
   */
  static List<Double> requireSome(String name, List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException(name + " must be at least one number, was empty");
    }
    values.forEach(value -> require(name, value));
    return List.copyOf(values);
  }
}
