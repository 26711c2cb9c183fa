package dev.freshet.training.lab;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How good a system is on the test queries.
 *
 * @param metrics mean over the queries by the measure's label, such as {@code nDCG@10}; at least
 *     one, and the first is the primary one, which systems are compared by
 * @param perQuery the primary measure for each query, in the same order for all systems of a task
 */
public record Scores(Map<String, Double> metrics, List<Double> perQuery) {
  public Scores {
    if (metrics.isEmpty()) {
      throw new IllegalArgumentException("scores need a measure");
    }
    metrics.forEach(Checks::finite);
    perQuery.forEach(value -> Checks.finite("a query's value", value));
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    perQuery = List.copyOf(perQuery);
  }

  public static Scores of(Map<String, Double> metrics, double[] perQuery) {
    return new Scores(metrics, Arrays.stream(perQuery).boxed().toList());
  }

  public String primaryMetric() {
    return metrics.keySet().iterator().next();
  }

  public double primary() {
    return metrics.values().iterator().next();
  }
}
