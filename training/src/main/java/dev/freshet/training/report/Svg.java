package dev.freshet.training.report;

import java.util.Locale;

/**
 * A picture in the making. Its colours stand in attributes, which a page that holds it may override
 * by the classes: {@code paper} behind everything, {@code ink} for writing, {@code grid} for lines
 * behind the data, {@code s0} to {@code s6} for {@link LineStyle}s.
 */
final class Svg {
  private final StringBuilder out = new StringBuilder();

  /** The picture's size, in pixels, and what it shows, for those who do not see it. */
  Svg(int width, int height, String title) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
            + " font-family=\"sans-serif\" font-size=\"13\" fill=\"#333\" class=\"ink\">",
        width, height);
    add("<title>%s</title>", Escape.xml(title));
    add("<rect width=\"%d\" height=\"%d\" fill=\"#fff\" class=\"paper\"/>", width, height);
  }

  /** Adds a line, formatted; text in it must be escaped. */
  Svg add(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
    return this;
  }

  /**
   * @param anchor start, middle or end: the side of the text that is at x
   */
  Svg text(String anchor, double x, double y, String text) {
    return add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, Escape.xml(text));
  }

  Svg heading(double x, double y, String text) {
    return add("<text x=\"%.1f\" y=\"%.1f\" font-size=\"16\">%s</text>", x, y, Escape.xml(text));
  }

  /** Text that reads upwards. */
  Svg upwards(double x, double y, String text) {
    return add(
        "<text transform=\"translate(%.1f %.1f) rotate(-90)\" text-anchor=\"middle\">%s</text>",
        x, y, Escape.xml(text));
  }

  /** The whole picture. */
  String finish() {
    return out + "</svg>\n";
  }
}
