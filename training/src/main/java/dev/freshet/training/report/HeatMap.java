package dev.freshet.training.report;

import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * Values over a plane as SVG that needs nothing beside it: colours, and lines where the value is
 * one of a few levels. Maps with the same range have the same colours and lines.
 *
 * @param title above the map
 * @param xLabel below the horizontal axis
 * @param yLabel beside the vertical axis
 * @param xs places of the columns, ascending, at least two
 * @param ys places of the rows, ascending, at least two
 * @param values {@code [xs, ys]}; what is not finite stays blank
 * @param low value of the darkest colour; what is lower has it too
 * @param high value of the brightest colour, above {@code low}; what is higher has it too
 */
public record HeatMap(
    String title,
    String xLabel,
    String yLabel,
    List<Double> xs,
    List<Double> ys,
    List<List<Double>> values,
    double low,
    double high) {
  private static final int WIDTH = 360;
  private static final int HEIGHT = 330;
  private static final int LEFT = 52;
  private static final int RIGHT = 68;
  private static final int TOP = 34;
  private static final int BOTTOM = 56;
  private static final int BAR_WIDTH = 12;

  /** As many colours; more would be a bigger file and nothing to see. */
  private static final int COLOURS = 48;

  private static final int BLANK = -1;

  private static final int LEVELS = 10;

  /** Cells beside each other, about. */
  private static final int FINENESS = 24;

  /** Dark blue over green to light yellow, the lightness growing evenly. */
  private static final int[][] RAMP = {
    {24, 28, 84}, {34, 82, 140}, {40, 138, 142}, {112, 188, 114}, {212, 222, 104}, {255, 250, 200}
  };

  public HeatMap {
    xs = List.copyOf(xs);
    ys = List.copyOf(ys);
    values = values.stream().map(List::copyOf).toList();
    if (xs.size() < 2 || ys.size() < 2 || !(low < high)) {
      throw new IllegalArgumentException(
          "a map needs two columns, two rows and a range, were %d, %d and %s to %s"
              .formatted(xs.size(), ys.size(), low, high));
    }
    int rows = ys.size();
    if (values.size() != xs.size() || values.stream().anyMatch(column -> column.size() != rows)) {
      throw new IllegalArgumentException(
          "a map of %d columns and %d rows needs as many values".formatted(xs.size(), rows));
    }
  }

  /** The picture. */
  public String svg() {
    Axis x = axis(xs, LEFT, WIDTH - RIGHT);
    Axis y = axis(ys, HEIGHT - BOTTOM, TOP);
    Svg out = new Svg(WIDTH, HEIGHT, title);
    out.heading(LEFT, 22, title);
    cells(out, x, y);
    levels(out, x, y);
    cross(out, x, y);
    for (Axis.Tick tick : x.ticks()) {
      out.text("middle", x.place(tick.value()), HEIGHT - BOTTOM + 16.0, tick.label());
    }
    for (Axis.Tick tick : y.ticks()) {
      out.text("end", LEFT - 6.0, y.place(tick.value()) + 4, tick.label());
    }
    out.text("middle", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 16.0, xLabel);
    out.upwards(14, (TOP + HEIGHT - BOTTOM) / 2.0, yLabel);
    bar(out);
    return out.finish();
  }

  private static Axis axis(List<Double> places, double from, double to) {
    double[] values = places.stream().mapToDouble(place -> place).toArray();
    return Axis.over(Scale.LINEAR, values, from, to);
  }

  /** One path for each colour: what is between the places is drawn as it lies between them. */
  private void cells(Svg out, Axis x, Axis y) {
    TreeMap<Integer, StringBuilder> byColour = new TreeMap<>();
    Interpolation plane = new Interpolation(xs, ys, values, FINENESS);
    for (int i = 0; i < plane.columns(); i++) {
      int from = 0;
      for (int j = 1; j <= plane.rows(); j++) {
        int colour = colour(plane.value(i, from));
        // Neighbours of one colour are one rectangle: a smaller file.
        if (j < plane.rows() && colour(plane.value(i, j)) == colour) {
          continue;
        }
        if (colour != BLANK) {
          byColour
              .computeIfAbsent(colour, c -> new StringBuilder())
              .append(
                  String.format(
                      Locale.ROOT,
                      "M%.1f %.1fH%.1fV%.1fH%.1fz",
                      x.place(plane.x(i)),
                      y.place(plane.y(j)),
                      x.place(plane.x(i + 1)),
                      y.place(plane.y(from)),
                      x.place(plane.x(i))));
        }
        from = j;
      }
    }
    byColour.forEach(
        (colour, path) ->
            out.add(
                "<path d=\"%s\" fill=\"%s\" shape-rendering=\"crispEdges\"/>",
                path, rgb((colour + 0.5) / COLOURS)));
  }

  private int colour(double value) {
    return !Double.isFinite(value)
        ? BLANK
        : (int) Math.max(0, Math.min(COLOURS - 1, (value - low) / (high - low) * COLOURS));
  }

  private static String rgb(double share) {
    double place = share * (RAMP.length - 1);
    int from = Math.min(RAMP.length - 2, (int) place);
    int[] mixed = new int[3];
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] =
          (int) Math.round(RAMP[from][i] + (place - from) * (RAMP[from + 1][i] - RAMP[from][i]));
    }
    return "#%02x%02x%02x".formatted(mixed[0], mixed[1], mixed[2]);
  }

  private void levels(Svg out, Axis x, Axis y) {
    Contours contours = new Contours(xs, ys, values);
    StringBuilder path = new StringBuilder();
    for (int level = 1; level < LEVELS; level++) {
      for (Contours.Segment segment : contours.at(low + (high - low) * level / LEVELS)) {
        path.append(
            String.format(
                Locale.ROOT,
                "M%.1f %.1fL%.1f %.1f",
                x.place(segment.x1()),
                y.place(segment.y1()),
                x.place(segment.x2()),
                y.place(segment.y2())));
      }
    }
    if (!path.isEmpty()) {
      out.add("<path d=\"%s\" fill=\"none\" stroke=\"#fff\" stroke-opacity=\"0.55\"/>", path);
    }
  }

  /** Where both axes are 0, if that is on the map. */
  private static void cross(Svg out, Axis x, Axis y) {
    if (x.low() <= 0 && x.high() >= 0 && y.low() <= 0 && y.high() >= 0) {
      out.add(
          "<path d=\"M%.1f %.1fh12m-6 -6v12\" fill=\"none\" stroke=\"#fff\" stroke-width=\"2\"/>",
          x.place(0) - 6, y.place(0));
    }
  }

  private void bar(Svg out) {
    double left = WIDTH - RIGHT + 12;
    Axis axis = new Axis(Scale.LINEAR, low, high, HEIGHT - BOTTOM, TOP);
    double step = (double) (HEIGHT - BOTTOM - TOP) / COLOURS;
    for (int colour = 0; colour < COLOURS; colour++) {
      out.add(
          "<rect x=\"%.1f\" y=\"%.2f\" width=\"%d\" height=\"%.2f\" fill=\"%s\"/>",
          left,
          HEIGHT - BOTTOM - (colour + 1) * step,
          BAR_WIDTH,
          step + 0.5,
          rgb((colour + 0.5) / COLOURS));
    }
    for (Axis.Tick tick : axis.ticks()) {
      out.text("start", left + BAR_WIDTH + 4, axis.place(tick.value()) + 4, tick.label());
    }
  }
}
