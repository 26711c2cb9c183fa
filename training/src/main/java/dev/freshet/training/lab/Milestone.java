package dev.freshet.training.lab;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long runs took until a validation was good enough.
 *
 * @param threshold value of the validation
 * @param reached number of runs that got there
 * @param of number of runs
 * @param steps until then, of the runs that got there; null when none did
 * @param cpuSeconds of training until then, likewise
 */
record Milestone(
    double threshold, int reached, int of, @Nullable Spread steps, @Nullable Spread cpuSeconds) {

  /**
   * @param runs with one seed each; one that diverged counts, too
   */
  static Milestone of(double threshold, List<TrialResult> runs) {
    List<Progress.Validation> first =
        runs.stream()
            .map(
                run ->
                    run.progress().validations().stream()
                        .filter(validation -> validation.value() >= threshold)
                        .findFirst())
            .flatMap(Optional::stream)
            .toList();
    return new Milestone(
        threshold,
        first.size(),
        runs.size(),
        Spread.of(first.stream().mapToDouble(Progress.Validation::step).toArray()),
        Spread.of(first.stream().mapToDouble(Progress.Validation::cpuSeconds).toArray()));
  }

  boolean isReachedByAll() {
    return reached == of;
  }
}
