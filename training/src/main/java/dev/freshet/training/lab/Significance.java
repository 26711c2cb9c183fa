package dev.freshet.training.lab;

import dev.freshet.training.evaluation.HolmCorrection;
import dev.freshet.training.evaluation.PairedComparison;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A contender held against another on the same test queries, both averaged over their seeds.
 *
 * @param reference the other one
 * @param paired the contender less the other
 * @param corrected the p-value, corrected for all comparisons of the same table
 */
record Significance(Entrant reference, PairedComparison paired, double corrected) {
  /** One seed for all, so that a report can be made again. */
  private static final long SEED = 1;

  private static final double LEVEL = 0.05;

  /**
   * Holds each standing against its reference, if it has one and both have values for the same
   * queries.
   *
   * @param standings of one task
   */
  static Map<Entrant, Significance> among(
      Iterable<Standing> standings, Function<Standing, @Nullable Standing> reference) {
    Map<Entrant, Entrant> references = new LinkedHashMap<>();
    Map<Entrant, PairedComparison> compared = new LinkedHashMap<>();
    for (Standing standing : standings) {
      Standing other = reference.apply(standing);
      if (other == null) {
        continue;
      }
      double[] baseline = other.perQuery();
      double[] system = standing.perQuery();
      if (baseline.length == system.length && baseline.length > 0) {
        references.put(standing.entrant(), other.entrant());
        compared.put(standing.entrant(), PairedComparison.of(baseline, system, SEED));
      }
    }
    return corrected(references, compared);
  }

  private static Map<Entrant, Significance> corrected(
      Map<Entrant, Entrant> references, Map<Entrant, PairedComparison> compared) {
    double[] corrected =
        HolmCorrection.of(
            compared.values().stream().mapToDouble(PairedComparison::pValue).toArray());
    Map<Entrant, Significance> significances = new LinkedHashMap<>();
    int i = 0;
    for (Map.Entry<Entrant, Entrant> entry : references.entrySet()) {
      PairedComparison paired = compared.get(entry.getKey());
      if (paired != null) {
        significances.put(
            entry.getKey(), new Significance(entry.getValue(), paired, corrected[i++]));
      }
    }
    return significances;
  }

  boolean isBetter() {
    return corrected < LEVEL && paired.difference() > 0;
  }

  boolean isWorse() {
    return corrected < LEVEL && paired.difference() < 0;
  }
}
