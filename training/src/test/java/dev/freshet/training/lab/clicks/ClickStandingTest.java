package dev.freshet.training.lab.clicks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.training.click.Estimator;
import dev.freshet.training.feedback.TaughtExamples;
import dev.freshet.training.lab.Scores;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClickStandingTest {
  private static final ClickTrial.Lesson POSTERIOR =
      new ClickTrial.Lesson(PageSource.BM25, Users.CASCADE, Estimator.POSTERIOR);
  private static final ClickTrial.Lesson UNWEIGHTED =
      new ClickTrial.Lesson(PageSource.BM25, Users.CASCADE, Estimator.UNWEIGHTED);

  private static ClickTrialResult result(
      ClickTrial.@Nullable Lesson lesson, long seed, double... qualities) {
    List<ClickTrialResult.Round> rounds =
        Arrays.stream(qualities)
            .mapToObj(
                quality ->
                    new ClickTrialResult.Round(
                        100,
                        30,
                        0.5,
                        new TaughtExamples.Quality(20, 0.9, 0.4),
                        1,
                        Scores.of(Map.of("nDCG@10", quality), new double[] {quality})))
            .toList();
    return new ClickTrialResult(new ClickTrial(lesson, seed), rounds);
  }

  @Test
  void theWayIsFromUntunedToJudgementsOfTheSameRound() {
    List<ClickStanding> standings =
        ClickStanding.of(
            List.of(
                result(POSTERIOR, 1, 0.3, 0.5),
                result(UNWEIGHTED, 1, 0.05, 0.1),
                result(POSTERIOR, 2, 0.4, 0.5),
                result(null, 1, 0.6, 0.7),
                result(null, 2, 0.4, 0.5)),
            0.1);
    assertThat(standings)
        .extracting(ClickStanding::lesson)
        .containsExactly(null, UNWEIGHTED, POSTERIOR);
    ClickStanding posterior = standings.get(2);
    ClickStanding.Round first = posterior.rounds().get(0);
    assertThat(first.test().mean()).isCloseTo(0.35, within(1e-12));
    assertThat(Objects.requireNonNull(first.way())).isCloseTo(0.625, within(1e-12));
    assertThat(Objects.requireNonNull(posterior.last().way())).isCloseTo(0.8, within(1e-12));
    ClickStanding.Round harmful = standings.get(1).rounds().get(0);
    assertThat(Objects.requireNonNull(harmful.way())).isNegative();
  }

  @Test
  void withoutJudgementsThereIsNoWay() {
    ClickStanding standing = ClickStanding.of(List.of(result(POSTERIOR, 1, 0.3)), 0.1).get(0);
    assertThat(standing.last().way()).isNull();
  }
}
