package dev.freshet.training.lab;

import java.math.BigDecimal;

/** Numbers as text. */
final class Numbers {
  /** What stands for a number that there is not. */
  static final String NONE = "–";

  private static final int FEWEST_ZEROS = 3;

  private Numbers() {}

  /**
   * The shortest text that is this number and no other: {@code 0.0673}, {@code 3e-4}, {@code 8}.
   */
  static String shortest(double value) {
    BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    int exponent = exact.precision() - exact.scale() - 1;
    if (exponent > -FEWEST_ZEROS && exponent <= exact.precision() + FEWEST_ZEROS) {
      return exact.toPlainString();
    }
    return exact.movePointLeft(exponent).stripTrailingZeros().toPlainString() + "e" + exponent;
  }
}
