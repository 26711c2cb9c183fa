package dev.freshet.training.report;

import java.util.List;

/**
 * How one of several lines looks: seven colours, drawn through first, then each dashed, dotted and
 * both.
 *
 * <p>The colours can be told apart by people who see red and green alike: Okabe and Ito, <i>Color
 * universal design</i>, 2008.
 *
 * @param number from 0; the styles begin again after {@value #COUNT}
 */
public record LineStyle(int number) {
  /** How many look different. */
  public static final int COUNT = 28;

  /** The number of the style that is the most neutral: black, drawn through. */
  public static final int NEUTRAL = 6;

  private static final List<String> COLOURS =
      List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000");
  private static final List<String> DASHES =
      List.of(
          "",
          " stroke-dasharray=\"7 4\"",
          " stroke-dasharray=\"1.5 3\"",
          " stroke-dasharray=\"8 3 1.5 3\"");

  public LineStyle {
    if (number < 0) {
      throw new IllegalArgumentException("the number of a line style is 0 or more, was " + number);
    }
  }

  private int colour() {
    return number % COLOURS.size();
  }

  /** Attributes of a stroke. */
  String stroke() {
    return "stroke=\"%s\" class=\"s%d\"%s"
        .formatted(
            COLOURS.get(colour()), colour(), DASHES.get(number / COLOURS.size() % DASHES.size()));
  }

  /** Attributes of a mark, which is not dashed. */
  String mark() {
    return "stroke=\"%s\" class=\"s%d\"".formatted(COLOURS.get(colour()), colour());
  }
}
