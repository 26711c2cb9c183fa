package dev.freshet.training.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Lines along which a value is the same, between places where it is known. Each square of four
 * places is cut into triangles at its middle, in which the value is taken to be level with a plane;
 * so no case is ambiguous.
 */
final class Contours {
  private final List<Double> xs;
  private final List<Double> ys;
  private final List<List<Double>> values;

  /** A piece of a line, in the units of the axes. */
  record Segment(double x1, double y1, double x2, double y2) {}

  private record Corner(double x, double y, double value) {}

  /**
   * @param values {@code [xs, ys]}; no line passes a square with a corner that is not finite
   */
  Contours(List<Double> xs, List<Double> ys, List<List<Double>> values) {
    this.xs = xs;
    this.ys = ys;
    this.values = values;
  }

  List<Segment> at(double level) {
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i + 1 < xs.size(); i++) {
      for (int j = 0; j + 1 < ys.size(); j++) {
        square(
            List.of(corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1)),
            level,
            segments);
      }
    }
    return segments;
  }

  private Corner corner(int i, int j) {
    return new Corner(xs.get(i), ys.get(j), values.get(i).get(j));
  }

  private static void square(List<Corner> corners, double level, List<Segment> segments) {
    Corner middle =
        new Corner(
            corners.stream().mapToDouble(Corner::x).sum() / corners.size(),
            corners.stream().mapToDouble(Corner::y).sum() / corners.size(),
            corners.stream().mapToDouble(Corner::value).sum() / corners.size());
    if (!Double.isFinite(middle.value)) {
      return;
    }
    for (int i = 0; i < corners.size(); i++) {
      triangle(
          List.of(corners.get(i), corners.get((i + 1) % corners.size()), middle), level, segments);
    }
  }

  private static void triangle(List<Corner> corners, double level, List<Segment> segments) {
    double[] ends = new double[4];
    int found = 0;
    for (int i = 0; i < corners.size(); i++) {
      Corner a = corners.get(i);
      Corner b = corners.get((i + 1) % corners.size());
      if ((a.value < level) != (b.value < level)) {
        double share = (level - a.value) / (b.value - a.value);
        ends[found++] = a.x + share * (b.x - a.x);
        ends[found++] = a.y + share * (b.y - a.y);
      }
    }
    if (found == ends.length) {
      segments.add(new Segment(ends[0], ends[1], ends[2], ends[3]));
    }
  }
}
