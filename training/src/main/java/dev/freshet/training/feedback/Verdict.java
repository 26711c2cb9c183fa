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
 * @param suspicious whether what they learned from may be at fault: it should teach nobody else
 * @param metrics what was measured, by name
 */
public record Verdict(List<String> reasons, boolean suspicious, Map<String, Double> metrics) {
  public Verdict {
    reasons = List.copyOf(reasons);
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /** Nothing speaks against the modules. */
  static Verdict accepted(Map<String, Double> metrics) {
    return new Verdict(List.of(), false, metrics);
  }

  /** Something is wrong with the modules, or with what they should have learned from. */
  public static Verdict rejected(String reason) {
    return rejected(reason, Map.of());
  }

  /** As {@link #rejected(String)}, with what was measured. */
  static Verdict rejected(String reason, Map<String, Double> metrics) {
    return new Verdict(List.of(reason), true, metrics);
  }

  /** That the modules are better is not beyond doubt; more interactions may show it. */
  public static Verdict unproven(String reason, Map<String, Double> metrics) {
    return new Verdict(List.of(reason), false, metrics);
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
    return new Verdict(allReasons, suspicious || other.suspicious, allMetrics);
  }
}
