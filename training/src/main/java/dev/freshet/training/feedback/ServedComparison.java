package dev.freshet.training.feedback;

import dev.freshet.training.evaluation.PairedComparison;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How new modules compare with those that are served on the same queries. Immutable and
 * thread-safe.
 *
 * @param measure its name, for people
 * @param before mean of the measure of the served modules
 * @param after the same of the candidate
 * @param queries that judged
 * @param comparison of the two
 * @param confidence of its interval
 */
record ServedComparison(
    String measure,
    double before,
    double after,
    int queries,
    PairedComparison comparison,
    double confidence) {

  /**
   * @param before by query, at least one
   * @param after by query in the same order
   * @param confidence of the interval of the difference
   */
  static ServedComparison of(
      String measure, double[] before, double[] after, double confidence, long seed) {
    return new ServedComparison(
        measure,
        Arrays.stream(before).average().orElseThrow(),
        Arrays.stream(after).average().orElseThrow(),
        before.length,
        PairedComparison.of(before, after, confidence, seed),
        confidence);
  }

  /** What is gained at the least; below 0 where a loss cannot be excluded. */
  double surelyGained() {
    return comparison.interval().low();
  }

  /** Whether a loss is beyond doubt. */
  boolean isSureLoss() {
    return comparison.interval().high() < 0;
  }

  /** What is lost at the most. */
  double mostLost() {
    return -comparison.interval().low();
  }

  /** For people: what it comes to, with numbers. */
  String said(String what) {
    return String.format(
        Locale.ROOT,
        "%s: %s %.3f, served %.3f, difference %+.3f (%.0f %%: %+.3f to %+.3f, %d queries)",
        what,
        measure,
        after,
        before,
        comparison.difference(),
        100 * confidence,
        comparison.interval().low(),
        comparison.interval().high(),
        queries);
  }

  /** What was measured, by name. */
  Map<String, Double> metrics(String set) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put(set + " " + measure, after);
    metrics.put(set + " " + measure + " before", before);
    metrics.put(set + " difference low", comparison.interval().low());
    metrics.put(set + " difference high", comparison.interval().high());
    metrics.put(set + " queries", (double) queries);
    return metrics;
  }
}
