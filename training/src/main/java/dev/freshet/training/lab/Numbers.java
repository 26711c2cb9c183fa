package dev.freshet.training.lab;

import java.math.BigDecimal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers as text. What is not there, or not finite, is {@value #NONE}. */
public final class Numbers {
  public static final String NONE = "–";

  private static final double SMALLEST_P = 0.001;
  private static final int FEWEST_ZEROS = 3;
  private static final int PERCENT = 100;

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
    return scientific(exact, exponent);
  }

  /** A learning rate, the same number as {@link #shortest}: {@code 1e-2}, {@code 2.5e-4}. */
  static String rate(double value) {
    BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    int exponent = exact.precision() - exact.scale() - 1;
    return exponent >= 0 ? shortest(value) : scientific(exact, exponent);
  }

  private static String scientific(BigDecimal exact, int exponent) {
    return exact.movePointLeft(exponent).stripTrailingZeros().toPlainString() + "e" + exponent;
  }

  /** With thousands apart and a real minus. */
  public static String fixed(double value, int decimals) {
    if (!Double.isFinite(value)) {
      return NONE;
    }
    String text = String.format(Locale.ROOT, "%,." + decimals + "f", Math.abs(value));
    boolean isZero = text.chars().noneMatch(c -> c >= '1' && c <= '9');
    return value < 0 && !isZero ? "−" + text : text;
  }

  /** A whole number, with thousands apart. */
  public static String count(long value) {
    return fixed(value, 0);
  }

  /** With a sign before it, whichever it is. */
  public static String signed(double value, int decimals) {
    String text = fixed(value, decimals);
    return text.equals(NONE) || text.startsWith("−") ? text : "+" + text;
  }

  /** Three significant digits or a whole number: seconds, losses, quotients. */
  static String rounded(double value) {
    double size = Math.abs(value);
    if (size > 0 && (size < 0.001 || size >= 1e7) && Double.isFinite(size)) {
      return (value < 0 ? "−" : "") + String.format(Locale.ROOT, "%.1e", size);
    }
    return fixed(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
  }

  public static String percent(double share) {
    return shortest(BigDecimal.valueOf(share).movePointRight(2).doubleValue()) + " %";
  }

  /** A share with as many digits as matter in a table. */
  public static String percent(double share, int decimals) {
    String number = fixed(PERCENT * share, decimals);
    return number.equals(NONE) ? NONE : number + " %";
  }

  static String pValue(double p) {
    return p < SMALLEST_P ? "< 0.001" : fixed(p, 3);
  }

  /** Mean and deviation; a mean alone says that it is one measurement. */
  public static String meanAndDeviation(@Nullable Spread spread, int decimals) {
    if (spread == null) {
      return NONE;
    }
    Double deviation = spread.deviation();
    return deviation == null
        ? fixed(spread.mean(), decimals) + " (n = 1)"
        : fixed(spread.mean(), decimals) + " ± " + fixed(deviation, decimals);
  }
}
