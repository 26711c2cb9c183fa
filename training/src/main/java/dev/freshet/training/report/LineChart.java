package dev.freshet.training.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * A line chart as SVG that needs nothing beside it: no script, no font, no style sheet.
 *
 * @param title above the chart
 * @param xLabel below the horizontal axis
 * @param yLabel beside the vertical axis
 * @param xScale of the horizontal axis; logarithmic only with places above 0
 * @param yScale of the vertical axis, likewise
 * @param series at least one, each with at least one point
 */
public record LineChart(
    String title, String xLabel, String yLabel, Scale xScale, Scale yScale, List<Series> series) {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 400;
  private static final int LEFT = 64;
  private static final int RIGHT = 16;
  private static final int TOP = 36;
  private static final int BOTTOM = 48;
  private static final int LEGEND_LINE = 18;
  private static final int LEGEND_SAMPLE = 28;
  private static final double LETTER = 7;
  private static final int MOST_MARKED = 14;

  /**
   * A line.
   *
   * @param name in the legend
   * @param points from left to right
   * @param style so that a thing looks the same in several charts
   */
  public record Series(String name, List<Point> points, LineStyle style) {
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

  /** With linear axes. */
  public LineChart(String title, String xLabel, String yLabel, List<Series> series) {
    this(title, xLabel, yLabel, Scale.LINEAR, Scale.LINEAR, series);
  }

  public LineChart {
    series = List.copyOf(series);
    if (series.isEmpty()) {
      throw new IllegalArgumentException("a chart needs a series");
    }
  }

  /** The picture. */
  public String svg() {
    Axis x = axis(xScale, Point::x, LEFT, WIDTH - RIGHT);
    Axis y = axis(yScale, Point::y, HEIGHT - BOTTOM, TOP);
    int columns = legendColumns();
    int legendLines = (series.size() + columns - 1) / columns;
    Svg out = new Svg(WIDTH, HEIGHT + LEGEND_LINE * legendLines, title);
    out.heading(LEFT, 22, title);
    grid(out, x, y);
    out.text("middle", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10.0, xLabel);
    out.upwards(16, (TOP + HEIGHT - BOTTOM) / 2.0, yLabel);
    for (int i = 0; i < series.size(); i++) {
      draw(out, series.get(i), x, y);
      legend(out, series.get(i), i, columns);
    }
    return out.finish();
  }

  private Axis axis(Scale scale, ToDoubleFunction<Point> value, double from, double to) {
    double[] values =
        series.stream().flatMap(line -> line.points.stream()).mapToDouble(value).toArray();
    return Axis.over(scale, values, from, to);
  }

  private static void grid(Svg out, Axis x, Axis y) {
    for (Axis.Tick tick : x.ticks()) {
      double at = x.place(tick.value());
      out.add(
          "<path d=\"M%.1f %d V%d\" stroke=\"#e5e5e5\" class=\"grid\"/>", at, TOP, HEIGHT - BOTTOM);
      out.text("middle", at, HEIGHT - BOTTOM + 16.0, tick.label());
    }
    for (Axis.Tick tick : y.ticks()) {
      double at = y.place(tick.value());
      out.add(
          "<path d=\"M%d %.1f H%d\" stroke=\"#e5e5e5\" class=\"grid\"/>", LEFT, at, WIDTH - RIGHT);
      out.text("end", LEFT - 6.0, at + 4, tick.label());
    }
  }

  private static void draw(Svg out, Series line, Axis x, Axis y) {
    List<String> places = new ArrayList<>();
    for (Point point : line.points) {
      places.add(String.format(Locale.ROOT, "%.1f %.1f", x.place(point.x), y.place(point.y)));
    }
    out.add(
        "<path d=\"M%s\" fill=\"none\" %s stroke-width=\"1.5\"/>",
        String.join(" L", places), line.style.stroke());
    if (places.size() <= MOST_MARKED) {
      // A stroke without length and with round ends is a dot.
      out.add(
          "<path d=\"M%s h0\" fill=\"none\" %s stroke-width=\"5\" stroke-linecap=\"round\"/>",
          String.join(" h0 M", places), line.style.mark());
    }
  }

  /** As many as fit beside each other with the longest name. */
  private int legendColumns() {
    int longest = series.stream().mapToInt(line -> line.name.length()).max().orElse(0);
    int fit = (int) ((WIDTH - LEFT - RIGHT) / (LEGEND_SAMPLE + 20 + LETTER * longest));
    return Math.max(1, Math.min(fit, series.size()));
  }

  private static void legend(Svg out, Series line, int index, int columns) {
    double x = LEFT + (double) (WIDTH - LEFT - RIGHT) / columns * (index % columns);
    double y = HEIGHT + LEGEND_LINE * (double) (index / columns) + 4;
    out.add(
        "<path d=\"M%.1f %.1f h%d\" fill=\"none\" %s stroke-width=\"2.5\"/>",
        x, y - 4, LEGEND_SAMPLE, line.style.stroke());
    out.text("start", x + LEGEND_SAMPLE + 6, y, line.name);
  }
}
