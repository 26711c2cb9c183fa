package dev.freshet.training.lab.clicks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.training.click.Estimator;
import dev.freshet.training.feedback.TaughtExamples;
import dev.freshet.training.lab.Outcome;
import dev.freshet.training.lab.Scores;
import dev.freshet.training.lab.Setting;
import dev.freshet.training.lab.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    return new ClickTrialResult(new ClickTrial(lesson, seed), Outcome.finished(), rounds);
  }

  private static ClickTrialResult diverged(ClickTrial.@Nullable Lesson lesson, long seed) {
    return new ClickTrialResult(
        new ClickTrial(lesson, seed), Outcome.diverged("round 1: the loss is NaN"), List.of());
  }

  @Test
  void whatDivergedIsLeftOutOfTheMeans() {
    List<ClickStanding> standings =
        ClickStanding.of(
            List.of(
                result(null, 1, 0.6),
                diverged(null, 2),
                diverged(UNWEIGHTED, 1),
                diverged(POSTERIOR, 1),
                result(POSTERIOR, 2, 0.35)),
            0.1);
    assertThat(standings).extracting(ClickStanding::diverged).containsExactly(1, 1, 1);
    assertThat(standings.get(1).rounds()).isEmpty();
    ClickStanding.Round posterior = last(standings.get(2));
    assertThat(posterior.test().count()).isEqualTo(1);
    assertThat(Objects.requireNonNull(posterior.way())).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void theReportSaysWhatDiverged(@TempDir Path dir) throws IOException {
    Setting.Baseline untuned =
        new Setting.Baseline(
            Setting.Baseline.UNTUNED,
            Task.RETRIEVAL,
            Scores.of(Map.of("nDCG@10", 0.1), new double[] {0.1}));
    Setting setting =
        new Setting(
            new Setting.Collection("generated", 10, 5, 2, 1, "cd34"),
            new Setting.Backbone("tiny", "ab12", "ef34", "mean", "", "", 1, 16, 100, "cpu"),
            Map.of(),
            List.of(untuned));
    ClickReport.write(
        dir,
        setting,
        List.of(
            diverged(null, 1),
            result(POSTERIOR, 1, 0.3, 0.4),
            diverged(POSTERIOR, 2),
            diverged(UNWEIGHTED, 1)));
    assertThat(Files.readString(dir.resolve("report.md")))
        .contains("labels_s1: round 1: the loss is NaN".replace("_", "\\_"))
        .contains("| 0.400 (n = 1) |")
        .contains("| – | – | – | – | diverged | – |")
        .contains("2 seeds");
  }

  private static ClickStanding.Round last(ClickStanding standing) {
    return Objects.requireNonNull(standing.last());
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
    assertThat(Objects.requireNonNull(last(posterior).way())).isCloseTo(0.8, within(1e-12));
    ClickStanding.Round harmful = standings.get(1).rounds().get(0);
    assertThat(Objects.requireNonNull(harmful.way())).isNegative();
  }

  @Test
  void withoutJudgementsThereIsNoWay() {
    ClickStanding standing = ClickStanding.of(List.of(result(POSTERIOR, 1, 0.3)), 0.1).get(0);
    assertThat(last(standing).way()).isNull();
  }
}
