package dev.freshet.training.lab;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The runs of a contender with one learning rate.
 *
 * @param rate that they share
 * @param runs by ascending seed, at least one
 */
record RateGroup(double rate, List<TrialResult> runs) {
  RateGroup {
    runs = runs.stream().sorted(Comparator.comparingLong(run -> run.trial().seed())).toList();
  }

  /** The value that a rate is chosen by. A run that diverged has 0, the worst of any measure. */
  static double value(TrialResult run) {
    return run.outcome().isFinished() ? run.progress().bestValidation() : 0;
  }

  /** Mean of {@link #value} over the runs. */
  double value() {
    return runs.stream().mapToDouble(RateGroup::value).average().orElseThrow();
  }

  /** Mean of {@link #value} over the runs with one of these seeds, of which there are some. */
  double value(Set<Long> seeds) {
    return runs.stream()
        .filter(run -> seeds.contains(run.trial().seed()))
        .mapToDouble(RateGroup::value)
        .average()
        .orElseThrow();
  }

  Set<Long> seeds() {
    return runs.stream().map(run -> run.trial().seed()).collect(Collectors.toSet());
  }

  List<TrialResult> finished() {
    return runs.stream().filter(run -> run.outcome().isFinished()).toList();
  }

  int diverged() {
    return runs.size() - finished().size();
  }

  /** Best validations of the runs that finished; null when none did. */
  @Nullable Spread validation() {
    return Spread.of(finished().stream().mapToDouble(RateGroup::value).toArray());
  }
}
