package dev.freshet.training.lab.clicks;

import dev.freshet.training.lab.Spread;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the seeds of one lesson say together.
 *
 * @param lesson null for the judgements
 * @param rounds in their order, of the runs that finished; empty where none did
 * @param diverged runs that did not
 */
record ClickStanding(ClickTrial.@Nullable Lesson lesson, List<Round> rounds, int diverged) {

  /**
   * A round, each number over the seeds.
   *
   * @param answered share of the pages that show an answer
   * @param examples that were trained on
   * @param precision share of their weight that lies on answers
   * @param coverage share of the queries that have an answer among them
   * @param test the primary measure
   * @param way from the untuned model, 0, to the one tuned on judgements for as many rounds, 1;
   *     null where these do not differ or are not known
   */
  record Round(
      double answered,
      double examples,
      double precision,
      double coverage,
      Spread test,
      @Nullable Double way) {}

  /**
   * All lessons, the judgements first, the others in the order of their parts.
   *
   * @param untuned the primary measure before tuning
   */
  static List<ClickStanding> of(List<ClickTrialResult> results, double untuned) {
    Map<ClickTrial.@Nullable Lesson, List<ClickTrialResult>> groups = new LinkedHashMap<>();
    results.stream()
        .sorted(Comparator.comparing(result -> result.trial().lesson(), ORDER))
        .forEach(
            result ->
                groups
                    .computeIfAbsent(result.trial().lesson(), lesson -> new ArrayList<>())
                    .add(result));
    List<ClickTrialResult> labels = finished(groups.getOrDefault(null, List.of()));
    List<ClickStanding> standings = new ArrayList<>();
    groups.forEach((lesson, runs) -> standings.add(of(lesson, runs, labels, untuned)));
    return standings;
  }

  private static final Comparator<ClickTrial.@Nullable Lesson> ORDER =
      Comparator.nullsFirst(
          Comparator.comparing(ClickTrial.Lesson::pages)
              .thenComparing(ClickTrial.Lesson::users)
              .thenComparing(ClickTrial.Lesson::estimator));

  private static ClickStanding of(
      ClickTrial.@Nullable Lesson lesson,
      List<ClickTrialResult> all,
      List<ClickTrialResult> labels,
      double untuned) {
    List<ClickTrialResult> runs = finished(all);
    List<Round> rounds = new ArrayList<>();
    for (int i = 0; !runs.isEmpty() && i < runs.get(0).rounds().size(); i++) {
      Spread test = spread(runs, i, round -> round.test().primary());
      Double way = null;
      if (!labels.isEmpty()) {
        double end = spread(labels, i, round -> round.test().primary()).mean();
        way = end > untuned ? (test.mean() - untuned) / (end - untuned) : null;
      }
      rounds.add(
          new Round(
              spread(runs, i, ClickTrialResult.Round::answered).mean(),
              spread(runs, i, round -> round.taught().examples()).mean(),
              spread(runs, i, round -> round.taught().precision()).mean(),
              spread(runs, i, round -> round.taught().coverage()).mean(),
              test,
              way));
    }
    return new ClickStanding(lesson, rounds, all.size() - runs.size());
  }

  private static List<ClickTrialResult> finished(List<ClickTrialResult> runs) {
    return runs.stream().filter(run -> run.outcome().isFinished()).toList();
  }

  private static Spread spread(
      List<ClickTrialResult> runs, int round, ToDoubleFunction<ClickTrialResult.Round> number) {
    double[] values =
        runs.stream().mapToDouble(run -> number.applyAsDouble(run.rounds().get(round))).toArray();
    return Objects.requireNonNull(Spread.of(values), "a lesson has a run");
  }

  /** Null where no run finished. */
  @Nullable Round last() {
    return rounds.isEmpty() ? null : rounds.get(rounds.size() - 1);
  }
}
