package dev.freshet.training.lab;

import static dev.freshet.training.lab.Samples.BUDGET;
import static dev.freshet.training.lab.Samples.diverged;
import static dev.freshet.training.lab.Samples.finished;
import static dev.freshet.training.lab.Samples.trial;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Numbers here are worked out by hand. */
class ComparisonTest {
  private static final double[] QUERIES = {0.5, 0.5, 0.5, 0.5};

  private static TrialResult run(
      String contender, double rate, long seed, double validation, double... perQuery) {
    Double budget = contender.equals(Trial.FULL) ? null : BUDGET;
    double[] tested = perQuery.length == 0 ? QUERIES : perQuery;
    return finished(trial(contender, budget, rate, seed), new double[] {validation}, tested);
  }

  private static TrialResult steps(String contender, long seed, double... validations) {
    Double budget = contender.equals(Trial.FULL) ? null : BUDGET;
    return finished(trial(contender, budget, 1e-3, seed), validations, QUERIES);
  }

  private static Comparison comparison(TrialResult... results) {
    return Comparison.of(Samples.setting(), List.of(results));
  }

  private static Standing standing(Comparison comparison, String name) {
    return comparison.standings().stream()
        .filter(standing -> standing.entrant().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Standing only(TrialResult... results) {
    return comparison(results).standings().get(0);
  }

  @Test
  void theRateWithTheBestMeanValidationIsSelectedAndADivergedRunCountsAsZero() {
    Standing lora =
        only(
            run("lora", 1e-4, 1, 0.40),
            run("lora", 1e-4, 2, 0.42),
            run("lora", 1e-3, 1, 0.50),
            run("lora", 1e-3, 2, 0.44),
            run("lora", 1e-2, 1, 0.90),
            diverged(trial("lora", BUDGET, 1e-2, 2)));
    assertThat(lora.selected().rate()).isEqualTo(1e-3);
    assertThat(lora.selected().value()).isCloseTo(0.47, within(1e-12));
    assertThat(lora.place()).isEqualTo(GridPlace.INSIDE);
    assertThat(lora.divergences()).isEqualTo(1);
  }

  @Test
  void aRateAtTheEdgeIsMarked() {
    TrialResult low = run("lora", 1e-4, 1, 0.3);
    TrialResult high = run("lora", 1e-3, 1, 0.4);
    assertThat(only(low, high).place()).isEqualTo(GridPlace.HIGHEST);
    assertThat(only(low, run("lora", 1e-3, 1, 0.2)).place()).isEqualTo(GridPlace.LOWEST);
    assertThat(only(high).place()).isEqualTo(GridPlace.ONLY);
    assertThat(only(low, run("lora", 1e-3, 1, 0.3)).selected().rate()).isEqualTo(1e-4);
  }

  @Test
  void ratesAreHeldAgainstEachOtherOnTheSeedsThatTheyShare() {
    Standing lora =
        only(run("lora", 1e-4, 1, 0.5), run("lora", 1e-4, 2, 0.1), run("lora", 1e-3, 1, 0.4));
    assertThat(lora.selected().rate()).isEqualTo(1e-4);
  }

  @Test
  void measuresAreMeansWithTheSampleDeviation() {
    Standing lora =
        only(
            run("lora", 1e-3, 1, 0.5, 0.4, 0.6),
            run("lora", 1e-3, 2, 0.5, 0.5, 0.7),
            run("lora", 1e-3, 3, 0.5, 0.6, 0.8),
            diverged(trial("lora", BUDGET, 1e-3, 4)));
    Spread ndcg = Objects.requireNonNull(lora.test().get("nDCG@10"));
    assertThat(ndcg.mean()).isCloseTo(0.6, within(1e-12));
    assertThat(ndcg.deviation()).isCloseTo(0.1, within(1e-12));
    assertThat(ndcg.range()).isCloseTo(0.2, within(1e-12));
    assertThat(ndcg.count()).isEqualTo(3);
    assertThat(lora.perQuery()).containsExactly(new double[] {0.5, 0.7}, within(1e-12));
    assertThat(Objects.requireNonNull(only(run("lora", 1e-3, 1, 0.5)).primary()).deviation())
        .isNull();
  }

  @Test
  void milestoneIsTheFirstValidationWithNinetyFivePercentOfFullsBest() {
    Comparison comparison =
        comparison(
            steps("full", 1, 0.2, 0.4),
            steps("full", 2, 0.4, 0.41, 0.4),
            steps("iaa-l", 1, 0.1, 0.39),
            steps("iaa-l", 2, 0.385, 0.2),
            steps("lora", 1, 0.1, 0.38),
            steps("lora", 2, 0.1, 0.37));
    // Full's best step is its last: 0.4 and 0.4; 95 % of that is 0.38.
    Milestone iaa = Objects.requireNonNull(comparison.milestone(standing(comparison, "iaa-l")));
    assertThat(iaa.threshold()).isCloseTo(0.38, within(1e-12));
    assertThat(iaa.isReachedByAll()).isTrue();
    assertThat(Objects.requireNonNull(iaa.steps()).mean()).isEqualTo(150);
    assertThat(Objects.requireNonNull(iaa.cpuSeconds()).mean()).isEqualTo(15);
    Milestone lora = Objects.requireNonNull(comparison.milestone(standing(comparison, "lora")));
    assertThat(lora.reached()).isEqualTo(1);
    assertThat(lora.of()).isEqualTo(2);
    assertThat(lora.isReachedByAll()).isFalse();
  }

  @Test
  void shareOfTheWayIsBetweenUntunedAndFull() {
    Setting setting = Samples.setting(Samples.baseline(Setting.Baseline.UNTUNED, 0.2, 0.2));
    TrialResult full = run("full", 1e-4, 1, 0.4, 0.4, 0.4);
    Comparison comparison =
        Comparison.of(setting, List.of(full, run("lora", 1e-3, 1, 0.4, 0.3, 0.4)));
    assertThat(comparison.shareOfTheWay(standing(comparison, "lora")))
        .isCloseTo(0.75, within(1e-12));
    TrialResult harmed = run("full", 1e-4, 1, 0.4, 0.1, 0.1);
    Comparison noWay = Comparison.of(setting, List.of(harmed));
    assertThat(noWay.shareOfTheWay(noWay.standings().get(0))).isNull();
  }

  @Test
  void significanceIsPairedByQueryAndTheReferenceIsChosenByValidation() {
    Comparison comparison =
        comparison(
            run("full", 1e-4, 1, 0.5, 0.1, 0.2, 0.3, 0.4),
            run("iaa-l", 1e-3, 1, 0.5, 0.2, 0.3, 0.4, 0.5),
            run("adapter", 1e-3, 1, 0.5, 0.1, 0.1, 0.1, 0.1),
            run("lora", 1e-3, 1, 0.4, 0.9, 0.9, 0.9, 0.9));
    Standing iaa = standing(comparison, "iaa-l");
    Significance full = Objects.requireNonNull(comparison.againstFull(iaa));
    assertThat(full.paired().difference()).isCloseTo(0.1, within(1e-12));
    // Of the 16 ways to give 4 differences signs, 2 are as far from 0.
    assertThat(full.paired().pValue()).isEqualTo(0.125);
    // Three contenders were held against it, all with the same p.
    assertThat(full.corrected()).isEqualTo(0.375);
    assertThat(full.isBetter()).isFalse();
    assertThat(Objects.requireNonNull(comparison.againstOther(iaa)).reference().name())
        .isEqualTo("adapter");
    Standing adapter = standing(comparison, "adapter");
    assertThat(Objects.requireNonNull(comparison.againstOther(adapter)).reference().name())
        .isEqualTo("lora");
    Standing fine = standing(comparison, "full");
    assertThat(comparison.againstFull(fine)).isNull();
    assertThat(comparison.againstOther(fine)).isNull();
  }

  @Test
  void differentQueriesAreNotCompared() {
    Comparison comparison =
        comparison(run("full", 1e-4, 1, 0.5, 0.1, 0.2), run("lora", 1e-3, 1, 0.5, 0.2));
    assertThat(comparison.againstFull(standing(comparison, "lora"))).isNull();
  }

  @Test
  void stabilityCountsRatesAndDivergences() {
    Stability stability =
        Stability.of(
            only(
                run("lora", 1e-4, 1, 0.39),
                run("lora", 1e-3, 1, 0.40),
                run("lora", 3e-3, 1, 0.37),
                diverged(trial("lora", BUDGET, 1e-2, 1))));
    assertThat(stability.goodRates()).containsExactly(1e-4, 1e-3);
    assertThat(stability.rates().range()).isCloseTo(0.40, within(1e-12));
    assertThat(stability.runs()).isEqualTo(4);
    assertThat(stability.divergences()).isEqualTo(1);
  }

  @Test
  void withoutFullFineTuningNothingIsHeldAgainstIt() {
    Comparison comparison = comparison(run("iaa-l", 1e-3, 1, 0.4));
    Standing iaa = comparison.standings().get(0);
    assertThat(comparison.full(Task.RETRIEVAL)).isNull();
    assertThat(comparison.againstFull(iaa)).isNull();
    assertThat(comparison.againstOther(iaa)).isNull();
    assertThat(comparison.milestone(iaa)).isNull();
    assertThat(comparison.shareOfTheWay(iaa)).isNull();
  }

  @Test
  void budgetsAndAdditionsAreContendersOfTheirOwn() {
    Comparison comparison =
        comparison(
            finished(trial("lora", 0.0054, 1e-3, 1), new double[] {0.3}, QUERIES),
            run("iaa-l+words8", 1e-3, 1, 0.4),
            run("iaa-l", 1e-3, 1, 0.4),
            run("lora", 1e-3, 1, 0.4),
            run("full", 1e-3, 1, 0.4));
    assertThat(comparison.standings())
        .extracting(standing -> standing.entrant().label())
        .containsExactly(
            "full",
            "lora at 6.73 %",
            "iaa-l at 6.73 %",
            "iaa-l+words8 at 6.73 %",
            "lora at 0.54 %");
    assertThat(standing(comparison, "iaa-l+words8").isInsideAndAside()).isTrue();
  }
}
