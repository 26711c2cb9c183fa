package dev.freshet.training.lab;

import dev.freshet.training.report.LineChart;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Lines of charts: the mean over the seeds of a contender at its selected rate. */
final class Curves {
  /** More points than a chart has room for are joined to this many. */
  private static final int MOST_POINTS = 80;

  /** A point of one seed's curve. */
  private record Sample(long step, double seconds, double value) {}

  private Curves() {}

  /** The validation over steps or, where wanted, over seconds of CPU time; maybe empty. */
  static List<LineChart.Point> validation(Standing standing, boolean overSeconds) {
    List<Sample> samples = new ArrayList<>();
    for (TrialResult run : standing.selected().finished()) {
      run.progress()
          .validations()
          .forEach(v -> samples.add(new Sample(v.step(), v.cpuSeconds(), v.value())));
    }
    return points(standing, samples, overSeconds ? Sample::seconds : Sample::step);
  }

  /** The loss over steps; maybe empty. */
  static List<LineChart.Point> loss(Standing standing) {
    List<Sample> samples = new ArrayList<>();
    for (TrialResult run : standing.selected().finished()) {
      run.progress().losses().stream()
          .filter(loss -> Double.isFinite(loss.value()))
          .forEach(l -> samples.add(new Sample(l.step(), l.cpuSeconds(), l.value())));
    }
    return joined(points(standing, samples, Sample::step));
  }

  /** Only steps that all seeds have: a mean over fewer would jump where a seed stopped. */
  private static List<LineChart.Point> points(
      Standing standing, List<Sample> samples, ToDoubleFunction<Sample> x) {
    int seeds = standing.selected().finished().size();
    Map<Long, List<Sample>> bySteps = new TreeMap<>();
    samples.forEach(s -> bySteps.computeIfAbsent(s.step, step -> new ArrayList<>()).add(s));
    return bySteps.values().stream()
        .filter(at -> at.size() == seeds)
        .map(at -> new LineChart.Point(mean(at, x), mean(at, Sample::value)))
        .toList();
  }

  private static double mean(List<Sample> samples, ToDoubleFunction<Sample> value) {
    return samples.stream().mapToDouble(value).average().orElseThrow();
  }

  private static List<LineChart.Point> joined(List<LineChart.Point> points) {
    int together = (points.size() + MOST_POINTS - 1) / MOST_POINTS;
    if (together <= 1) {
      return points;
    }
    List<LineChart.Point> joined = new ArrayList<>();
    for (int from = 0; from < points.size(); from += together) {
      List<LineChart.Point> part = points.subList(from, Math.min(from + together, points.size()));
      joined.add(
          new LineChart.Point(
              part.stream().mapToDouble(LineChart.Point::x).average().orElseThrow(),
              part.stream().mapToDouble(LineChart.Point::y).average().orElseThrow()));
    }
    return joined;
  }
}
