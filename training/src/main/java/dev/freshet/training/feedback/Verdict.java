package dev.freshet.training.feedback;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What judges say of modules. Immutable and thread-safe.
 *
 * @param reasons why they must not be served, for people; none where they may
 * @param metrics what was measured, by name
 */
public record Verdict(List<String> reasons, Map<String, Double> metrics) {
  public Verdict {
    reasons = List.copyOf(reasons);
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  public static Verdict rejected(String reason) {
    return new Verdict(List.of(reason), Map.of());
  }

  /** Whether the modules may be served. */
  public boolean isAccepted() {
    return reasons.isEmpty();
  }

  /** What both say: accepted only where both accept. */
  public Verdict and(Verdict other) {
    List<String> allReasons = new ArrayList<>(reasons);
    allReasons.addAll(other.reasons);
    Map<String, Double> allMetrics = new LinkedHashMap<>(metrics);
    allMetrics.putAll(other.metrics);
    return new Verdict(allReasons, allMetrics);
  }
}
