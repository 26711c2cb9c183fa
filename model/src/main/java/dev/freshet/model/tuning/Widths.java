package dev.freshet.model.tuning;

import java.util.Arrays;

/** Checks of the numbers in a method's configuration. */
final class Widths {
  private Widths() {}

  /**
   * @throws IllegalArgumentException when the value is below the least one
   */
  static void requireAtLeast(int least, String key, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s must be at least %d, was %d".formatted(key, least, value));
    }
  }

  /**
   * @throws IllegalArgumentException when the value is not a number above 0
   */
  static void requirePositive(String key, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "%s must be a number above 0, was %s".formatted(key, value));
    }
  }

  /**
   * @throws IllegalArgumentException when there are not as many as the method has
   */
  static void requireCount(int count, int[] widths) {
    if (widths.length != count) {
      throw new IllegalArgumentException(
          "the method has %d widths, got %s".formatted(count, Arrays.toString(widths)));
    }
  }
}
