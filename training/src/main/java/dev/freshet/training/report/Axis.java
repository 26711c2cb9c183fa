package dev.freshet.training.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * From a number to a place in the picture.
 *
 * @param scale how numbers are spread
 * @param low number at {@code from}, below {@code high}; above 0 on a logarithmic scale
 * @param high number at {@code to}
 * @param from place, in pixels
 * @param to place, in pixels
 */
record Axis(Scale scale, double low, double high, double from, double to) {
  private static final int TICKS = 6;

  /** A tick more than this many decades of a logarithmic axis would be a crowd. */
  private static final double DECADES_OF_FINE_TICKS = 1.2;

  private static final double DECADES_OF_COARSE_TICKS = 4;

  private static final int LARGEST_PLAIN_POWER = 4;

  /** Sums of a step that should be round are a little off. */
  private static final double ROUNDING = 1e-9;

  /** A number with a line of its own. */
  record Tick(double value, String label) {}

  /** An axis that values fill from end to end; a single value stands in the middle. */
  static Axis over(Scale scale, double[] values, double from, double to) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    if (scale == Scale.LOGARITHMIC && low <= 0) {
      throw new IllegalArgumentException(
          "a logarithmic axis shows what is above 0 only, was " + low);
    }
    if (low < high) {
      return new Axis(scale, low, high, from, to);
    }
    return scale == Scale.LOGARITHMIC
        ? new Axis(scale, low / 2, high * 2, from, to)
        : new Axis(scale, low - 1, high + 1, from, to);
  }

  double place(double value) {
    double share =
        scale == Scale.LOGARITHMIC
            ? Math.log(value / low) / Math.log(high / low)
            : (value - low) / (high - low);
    return from + share * (to - from);
  }

  /** Round numbers between the ends, ascending. */
  List<Tick> ticks() {
    return scale == Scale.LOGARITHMIC ? logarithmic() : linear();
  }

  private List<Tick> linear() {
    double step = step();
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + ROUNDING));
    List<Tick> ticks = new ArrayList<>();
    long last = (long) Math.floor(high / step + ROUNDING);
    for (long i = (long) Math.ceil(low / step - ROUNDING); i <= last; i++) {
      ticks.add(new Tick(i * step, String.format(Locale.ROOT, "%,." + decimals + "f", i * step)));
    }
    return ticks;
  }

  /** 1, 2 or 5 times a power of ten, so that there are about as many ticks as wanted. */
  private double step() {
    double raw = (high - low) / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double times = raw / power;
    return power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
  }

  private List<Tick> logarithmic() {
    double decades = Math.log10(high / low);
    int[] digits =
        decades <= DECADES_OF_FINE_TICKS
            ? new int[] {1, 2, 5}
            : decades <= DECADES_OF_COARSE_TICKS ? new int[] {1, 3} : new int[] {1};
    List<Tick> ticks = new ArrayList<>();
    int last = (int) Math.floor(Math.log10(high) + ROUNDING);
    for (int power = (int) Math.floor(Math.log10(low) + ROUNDING); power <= last; power++) {
      for (int digit : digits) {
        double value = digit * Math.pow(10, power);
        if (value >= low * (1 - ROUNDING) && value <= high * (1 + ROUNDING)) {
          ticks.add(new Tick(value, power(digit, power)));
        }
      }
    }
    return ticks;
  }

  private static String power(int digit, int power) {
    return power < 0 || power > LARGEST_PLAIN_POWER
        ? digit + "e" + power
        : digit + "0".repeat(power);
  }
}
