package dev.freshet.training.lab;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much a contender depends on luck and on the learning rate.
 *
 * @param seeds the primary measure on the test queries over the seeds at the selected rate; null
 *     when no run finished there
 * @param rates the validation over the rates of the grid, each averaged over the seeds that all
 *     rates have, with 0 for a run that diverged
 * @param goodRates whose validation is at least {@value #GOOD} of the best rate's, ascending
 * @param runs at all rates
 * @param divergences of them
 */
record Stability(
    @Nullable Spread seeds, Spread rates, List<Double> goodRates, int runs, int divergences) {
  static final double GOOD = 0.95;

  static Stability of(Standing standing) {
    List<RateGroup> grid = standing.rates();
    double best = grid.stream().mapToDouble(standing::value).max().orElseThrow();
    Spread rates = Spread.of(grid.stream().mapToDouble(standing::value).toArray());
    if (rates == null) {
      throw new IllegalStateException(standing.entrant() + " has no rate");
    }
    return new Stability(
        standing.primary(),
        rates,
        grid.stream()
            .filter(rate -> best > 0 && standing.value(rate) >= GOOD * best)
            .map(RateGroup::rate)
            .sorted(Comparator.naturalOrder())
            .toList(),
        standing.runs().size(),
        standing.divergences());
  }
}
