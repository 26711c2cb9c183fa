package dev.freshet.training.report;

import java.util.List;
import java.util.Locale;

/**
 * A line chart as SVG that needs nothing beside it: no script, no font, no style sheet.
 *
 * @param title above the chart
 * @param xLabel below the horizontal axis
 * @param yLabel beside the vertical axis
 * @param series at least one, each with at least one point
 */
public record LineChart(String title, String xLabel, String yLabel, List<Series> series) {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 400;
  private static final int LEFT = 64;
  private static final int RIGHT = 16;
  private static final int TOP = 36;
  private static final int BOTTOM = 48;
  private static final int TICKS = 6;
  private static final int LEGEND_LINE = 16;

  /** Told apart by people who see red and green alike (Okabe and Ito 2008). */
  private static final List<String> COLOURS =
      List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000");

  /**
   * A line.
   *
   * @param name in the legend
   * @param points from left to right
   */
  public record Series(String name, List<Point> points) {
    public Series {
      points = List.copyOf(points);
      if (points.isEmpty()) {
        throw new IllegalArgumentException("series " + name + " has no point");
      }
    }
  }

  /** A place in the units of the axes; finite. */
  public record Point(double x, double y) {
    public Point {
      if (!Double.isFinite(x) || !Double.isFinite(y)) {
        throw new IllegalArgumentException("a point must be finite, was " + x + ", " + y);
      }
    }
  }

  public LineChart {
    series = List.copyOf(series);
    if (series.isEmpty()) {
      throw new IllegalArgumentException("a chart needs a series");
    }
  }

  /** From a number to a place in the picture. */
  private record Axis(double low, double high, double from, double to) {
    double place(double value) {
      return from + (value - low) / (high - low) * (to - from);
    }

    /** 1, 2 or 5 times a power of ten, so that there are about as many ticks as wanted. */
    double step() {
      double raw = (high - low) / TICKS;
      double power = Math.pow(10, Math.floor(Math.log10(raw)));
      double times = raw / power;
      return power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
    }
  }

  /** The picture. */
  public String svg() {
    Axis x =
        axis(
            series.stream().flatMap(s -> s.points.stream()).mapToDouble(Point::x).toArray(),
            LEFT,
            WIDTH - RIGHT);
    Axis y =
        axis(
            series.stream().flatMap(s -> s.points.stream()).mapToDouble(Point::y).toArray(),
            HEIGHT - BOTTOM,
            TOP);
    StringBuilder out = new StringBuilder();
    line(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
            + " font-size=\"12\" fill=\"#333\">",
        WIDTH,
        HEIGHT);
    line(out, "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>", WIDTH, HEIGHT);
    line(out, "<text x=\"%d\" y=\"22\" font-size=\"15\">%s</text>", LEFT, escaped(title));
    for (double tick = firstTick(x); tick <= x.high; tick += x.step()) {
      double at = x.place(tick);
      line(out, "<path d=\"M%.1f %d V%d\" stroke=\"#e5e5e5\"/>", at, TOP, HEIGHT - BOTTOM);
      line(out, text("middle"), at, HEIGHT - BOTTOM + 16.0, number(tick, x));
    }
    for (double tick = firstTick(y); tick <= y.high; tick += y.step()) {
      double at = y.place(tick);
      line(out, "<path d=\"M%d %.1f H%d\" stroke=\"#e5e5e5\"/>", LEFT, at, WIDTH - RIGHT);
      line(out, text("end"), LEFT - 6.0, at + 4, number(tick, y));
    }
    line(out, text("middle"), (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10.0, escaped(xLabel));
    line(
        out,
        "<text transform=\"translate(16 %.1f) rotate(-90)\" text-anchor=\"middle\">%s</text>",
        (TOP + HEIGHT - BOTTOM) / 2.0,
        escaped(yLabel));
    for (int i = 0; i < series.size(); i++) {
      draw(out, series.get(i), i, x, y);
    }
    return out.append("</svg>\n").toString();
  }

  private static void draw(StringBuilder out, Series line, int index, Axis x, Axis y) {
    String colour = COLOURS.get(index % COLOURS.size());
    StringBuilder path = new StringBuilder();
    for (Point point : line.points) {
      path.append(
          String.format(
              Locale.ROOT,
              "%s%.1f %.1f",
              path.isEmpty() ? "M" : " L",
              x.place(point.x),
              y.place(point.y)));
    }
    line(out, "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>", path, colour);
    line(
        out,
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"%s\">%s</text>",
        WIDTH - RIGHT - 8,
        TOP + LEGEND_LINE * (index + 1),
        colour,
        escaped(line.name));
  }

  private static Axis axis(double[] values, double from, double to) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    // A line that is level, or a single point, stands in the middle.
    return low == high ? new Axis(low - 1, high + 1, from, to) : new Axis(low, high, from, to);
  }

  private static double firstTick(Axis axis) {
    return Math.ceil(axis.low / axis.step()) * axis.step();
  }

  private static String number(double value, Axis axis) {
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(axis.step())));
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  private static String text(String anchor) {
    return "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"" + anchor + "\">%s</text>";
  }

  private static void line(StringBuilder out, String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
