package dev.freshet.pipeline.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the values of settings are written: whole numbers, durations such as {@code 500ms} or {@code
 * 7d}, sizes such as {@code 256MiB}, choices by their names. What is formatted here parses to an
 * equal value.
 */
public final class Values {
  private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(-?\\d+)\\s*([A-Za-z]*)");
  private static final Map<String, Duration> DURATION_UNITS = durationUnits();
  private static final Map<String, Long> SIZE_UNITS = sizeUnits();

  private Values() {}

  private static Map<String, Duration> durationUnits() {
    Map<String, Duration> units = new LinkedHashMap<>();
    units.put("d", Duration.ofDays(1));
    units.put("h", Duration.ofHours(1));
    units.put("m", Duration.ofMinutes(1));
    units.put("s", Duration.ofSeconds(1));
    units.put("ms", Duration.ofMillis(1));
    units.put("us", Duration.ofNanos(1_000));
    units.put("ns", Duration.ofNanos(1));
    return units;
  }

  private static Map<String, Long> sizeUnits() {
    Map<String, Long> units = new LinkedHashMap<>();
    units.put("TiB", 1L << 40);
    units.put("GiB", 1L << 30);
    units.put("MiB", 1L << 20);
    units.put("KiB", 1L << 10);
    units.put("B", 1L);
    units.put("", 1L);
    return units;
  }

  /**
   * The value of a setting from its text.
   *
   * @throws IllegalArgumentException when the text does not stand for a value of that type; the
   *     message says what must be written, to follow the setting's name
   */
  static Object parse(Class<?> type, String text) {
    if (type == String.class) {
      return text;
    }
    if (type == int.class || type == Integer.class) {
      return parseInt(text);
    }
    if (type == double.class) {
      return parseDouble(text);
    }
    if (type == long.class) {
      return parseBytes(text);
    }
    if (type == Duration.class) {
      return parseDuration(text);
    }
    if (type == Path.class) {
      return parsePath(text);
    }
    if (type.isEnum()) {
      return parseChoice(type, text);
    }
    throw new IllegalStateException("no setting can be of type " + type);
  }

  private static Object parseChoice(Class<?> type, String text) {
    for (Object choice : choices(type)) {
      if (choice.toString().equals(text.strip())) {
        return choice;
      }
    }
    throw wrong(kind(type), text, null);
  }

  private static List<Object> choices(Class<?> type) {
    return List.of(Objects.requireNonNull(type.getEnumConstants()));
  }

  /** The text of a value, which {@link #parse} turns back into an equal one. */
  static String format(Object value) {
    if (value instanceof Duration duration) {
      return formatDuration(duration);
    }
    return value instanceof Long bytes ? formatBytes(bytes) : value.toString();
  }

  /** What a value of the type looks like, for messages. */
  static String kind(Class<?> type) {
    if (type == int.class || type == Integer.class) {
      return "a whole number";
    }
    if (type == double.class) {
      return "a number such as 0.05";
    }
    if (type == long.class) {
      return "a size such as 64MiB, or bytes";
    }
    if (type == Duration.class) {
      return "a duration such as 500ms, 10s or 7d";
    }
    if (type.isEnum()) {
      return "one of " + String.join(", ", choices(type).stream().map(Object::toString).toList());
    }
    return type == Path.class ? "a path" : "a text";
  }

  private static int parseInt(String text) {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      throw wrong(kind(int.class), text, e);
    }
  }

  private static double parseDouble(String text) {
    try {
      double number = Double.parseDouble(text.strip());
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw wrong(kind(double.class), text, e);
    }
    throw wrong(kind(double.class), text, null);
  }

  private static Path parsePath(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("must be a path, was empty");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw wrong("a path", text, e);
    }
  }

  /**
   * A duration from a whole number and one of {@code ns us ms s m h d}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Duration parseDuration(String text) {
    Matcher matcher = NUMBER_AND_UNIT.matcher(text.strip());
    try {
      if (matcher.matches()) {
        long number = Long.parseLong(matcher.group(1));
        Duration unit = DURATION_UNITS.get(matcher.group(2));
        if (unit != null) {
          return unit.multipliedBy(number);
        }
        if (number == 0 && matcher.group(2).isEmpty()) {
          return Duration.ZERO;
        }
      }
    } catch (ArithmeticException | NumberFormatException e) {
      throw wrong("a duration that is not too long to count", text, e);
    }
    throw wrong(kind(Duration.class), text, null);
  }

  /** The duration in the largest unit that divides it. */
  public static String formatDuration(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    for (Map.Entry<String, Duration> unit : DURATION_UNITS.entrySet()) {
      long number = duration.dividedBy(unit.getValue());
      if (unit.getValue().multipliedBy(number).equals(duration)) {
        return number + unit.getKey();
      }
    }
    throw new IllegalStateException("every duration is a whole number of nanoseconds");
  }

  /**
   * Bytes from a whole number, alone or with one of {@code B KiB MiB GiB TiB}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static long parseBytes(String text) {
    Matcher matcher = NUMBER_AND_UNIT.matcher(text.strip());
    Long unit = matcher.matches() ? SIZE_UNITS.get(matcher.group(2)) : null;
    if (unit == null) {
      throw wrong("bytes, or a whole number with KiB, MiB, GiB or TiB", text, null);
    }
    try {
      return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
    } catch (ArithmeticException | NumberFormatException e) {
      throw wrong("a size below 8388608TiB", text, e);
    }
  }

  /** The size in the largest unit that divides it. */
  public static String formatBytes(long bytes) {
    for (Map.Entry<String, Long> unit : SIZE_UNITS.entrySet()) {
      if (bytes != 0 && unit.getValue() > 1 && bytes % unit.getValue() == 0) {
        return bytes / unit.getValue() + unit.getKey();
      }
    }
    return Long.toString(bytes);
  }

  private static IllegalArgumentException wrong(
      String expected, String text, @Nullable Exception cause) {
    return new IllegalArgumentException("must be " + expected + ", was '" + text + "'", cause);
  }
}
