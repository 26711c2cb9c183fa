package dev.freshet.training.lab;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Several measurements of one thing.
 *
 * @param mean of them
 * @param deviation sample standard deviation; null for a single measurement, which has none
 * @param low smallest
 * @param high largest
 * @param count how many, at least 1
 */
public record Spread(double mean, @Nullable Double deviation, double low, double high, int count) {

  /** Null when there are no values. */
  public static @Nullable Spread of(double[] values) {
    if (values.length == 0) {
      return null;
    }
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return new Spread(
        mean,
        values.length == 1 ? null : Math.sqrt(squares / (values.length - 1)),
        Arrays.stream(values).min().orElseThrow(),
        Arrays.stream(values).max().orElseThrow(),
        values.length);
  }

  public double range() {
    return high - low;
  }
}
