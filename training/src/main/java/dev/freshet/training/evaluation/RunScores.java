package dev.freshet.training.evaluation;

import dev.freshet.training.retrieval.Run;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * What every measure says about every query of a run. Immutable and thread-safe.
 *
 * <p>The queries are those of the judgements, as with trec_eval's {@code -c}: one that the run does
 * not have counts as 0, so that a system cannot gain by leaving out what it finds hard, and so does
 * one without a relevant document. What the run has beyond them is not looked at.
 */
public final class RunScores {
  private final List<String> queries;
  private final Map<Metric, double[]> values = new HashMap<>();

  /**
   * Evaluates a run.
   *
   * @throws IllegalArgumentException when no query has a relevant document
   */
  public RunScores(Run run, Qrels qrels, List<Metric> metrics) {
    queries = qrels.queries();
    if (qrels.highestGrade() == 0) {
      throw new IllegalArgumentException("no query has a relevant document");
    }
    metrics.forEach(metric -> values.put(metric, new double[queries.size()]));
    for (int i = 0; i < queries.size(); i++) {
      String query = queries.get(i);
      JudgedRanking ranking = qrels.judge(query, run.ranking(query));
      for (Metric metric : metrics) {
        of(metric)[i] = metric.of(ranking);
      }
    }
  }

  private double[] of(Metric metric) {
    double[] found = values.get(metric);
    if (found == null) {
      throw new IllegalArgumentException(metric.label() + " was not among the measures");
    }
    return found;
  }

  /** The queries, in the order of {@link #perQuery}. */
  public List<String> queries() {
    return queries;
  }

  /**
   * A value for each query, in the order of {@link #queries}; a copy.
   *
   * @throws IllegalArgumentException when the metric was not among those evaluated
   */
  public double[] perQuery(Metric metric) {
    return of(metric).clone();
  }

  /**
   * The mean over all queries.
   *
   * @throws IllegalArgumentException when the metric was not among those evaluated
   */
  public double mean(Metric metric) {
    return Arrays.stream(of(metric)).average().orElseThrow();
  }

  /**
   * The mean over some queries, by their ids.
   *
   * @throws IllegalArgumentException when the metric was not among those evaluated, or no query is
   *     chosen
   */
  public double mean(Metric metric, Predicate<String> chosen) {
    double[] all = of(metric);
    return IntStream.range(0, all.length)
        .filter(i -> chosen.test(queries.get(i)))
        .mapToDouble(i -> all[i])
        .average()
        .orElseThrow(() -> new IllegalArgumentException("no query was chosen"));
  }
}
