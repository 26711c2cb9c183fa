package dev.freshet.training.lab;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the runs of one contender say together.
 *
 * <p>The learning rate is selected on the held-out part: the best mean of the runs' best
 * validations, a run that diverged counting as 0. Rates are held against each other on the seeds
 * that all of them were run with, where there are such, so that a grid in the making favours none;
 * of equals the lower one is selected. The test queries have no say.
 *
 * @param entrant whose runs they are
 * @param rates ascending, at least one
 * @param commonSeeds that every rate was run with; empty when there is none
 * @param selected one of them
 * @param place of the selected one in the grid
 */
record Standing(
    Entrant entrant,
    List<RateGroup> rates,
    Set<Long> commonSeeds,
    RateGroup selected,
    GridPlace place) {
  private static final Set<String> INSIDE_AND_ASIDE = Set.of("iaa-s", "iaa-l", "iaa-m", "stream");

  /**
   * @param runs of one contender, at least one
   */
  static Standing of(Entrant entrant, List<TrialResult> runs) {
    List<RateGroup> rates = new ArrayList<>();
    runs.stream()
        .collect(
            Collectors.groupingBy(run -> run.trial().rate(), TreeMap::new, Collectors.toList()))
        .forEach((rate, group) -> rates.add(new RateGroup(rate, group)));
    Set<Long> common = new HashSet<>(rates.get(0).seeds());
    rates.forEach(rate -> common.retainAll(rate.seeds()));
    int best = 0;
    for (int i = 1; i < rates.size(); i++) {
      if (value(rates.get(i), common) > value(rates.get(best), common)) {
        best = i;
      }
    }
    return new Standing(entrant, rates, common, rates.get(best), GridPlace.of(best, rates.size()));
  }

  private static double value(RateGroup rate, Set<Long> common) {
    return common.isEmpty() ? rate.value() : rate.value(common);
  }

  /** What a rate is worth against the others: its validation on the seeds that all rates have. */
  double value(RateGroup rate) {
    return value(rate, commonSeeds);
  }

  /** What was trained; the same in all runs. */
  Tuned tuned() {
    return selected.runs().get(0).tuned();
  }

  /** Whether the method has modules inside and aside. */
  boolean isInsideAndAside() {
    return INSIDE_AND_ASIDE.contains(tuned().method());
  }

  List<TrialResult> runs() {
    return rates.stream().map(RateGroup::runs).flatMap(Collection::stream).toList();
  }

  int divergences() {
    return rates.stream().mapToInt(RateGroup::diverged).sum();
  }

  private List<Scores> scores() {
    return selected.finished().stream().map(TrialResult::test).toList();
  }

  /** Test measures at the selected rate, by label; empty when no run finished there. */
  Map<String, Spread> test() {
    Map<String, Spread> test = new LinkedHashMap<>();
    for (Scores first : scores().stream().limit(1).toList()) {
      for (String metric : first.metrics().keySet()) {
        double[] values =
            scores().stream()
                .map(scores -> scores.metrics().get(metric))
                .filter(value -> value != null)
                .mapToDouble(value -> value)
                .toArray();
        Spread spread = Spread.of(values);
        if (spread != null) {
          test.put(metric, spread);
        }
      }
    }
    return test;
  }

  /** The primary measure on the test queries at the selected rate; null when no run finished. */
  @Nullable Spread primary() {
    return test().values().stream().findFirst().orElse(null);
  }

  /**
   * The primary measure for each query, averaged over the seeds at the selected rate; empty when no
   * run finished there, or they were not tested on the same queries.
   */
  double[] perQuery() {
    List<Scores> scores = scores();
    int queries = scores.isEmpty() ? 0 : scores.get(0).perQuery().size();
    if (scores.stream().anyMatch(score -> score.perQuery().size() != queries)) {
      return new double[0];
    }
    double[] means = new double[queries];
    for (Scores score : scores) {
      for (int i = 0; i < queries; i++) {
        means[i] += score.perQuery().get(i) / scores.size();
      }
    }
    return means;
  }
}
