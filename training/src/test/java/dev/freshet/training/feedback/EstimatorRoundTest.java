package dev.freshet.training.feedback;

import static dev.freshet.training.feedback.SimulatedFeedback.HONEST;
import static dev.freshet.training.feedback.SimulatedFeedback.SIZE;
import static dev.freshet.training.feedback.SimulatedFeedback.TUNING;
import static dev.freshet.training.feedback.SimulatedFeedback.WORLD;
import static dev.freshet.training.feedback.SimulatedFeedback.quality;
import static dev.freshet.training.feedback.SimulatedFeedback.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.training.click.Estimator;
import dev.freshet.training.click.Population;
import dev.freshet.training.click.RandomClicker;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.RoundListener;
import dev.freshet.training.round.TinyWorld;
import dev.freshet.training.round.TunedModel;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rounds that make examples of clicks and value them in any of the ways that there are. */
class EstimatorRoundTest {
  /** More, and hardly a document is without a click by mistake. */
  private static final int SESSIONS = 12;

  @TempDir private static Path folder;
  private static Backbone backbone;

  @BeforeAll
  static void open() {
    backbone = TinyWorld.backbone(folder);
  }

  @AfterAll
  static void close() {
    backbone.close();
  }

  private static TunedModel untuned() {
    return TunedModel.initial(backbone, TUNING, ModuleSides.SHARED, 1);
  }

  private static FeedbackRound.Outcome run(Estimator estimator, Population users, int sessions) {
    Interactions fresh =
        SimulatedFeedback.interactions(users, 0, SIZE, SimulatedFeedback::page, sessions, 1);
    return new FeedbackRound(settings(estimator, 25), null, RoundListener.NONE)
        .run(
            new FeedbackRound.Lesson(fresh, Interactions.NONE, Interactions.NONE, Set.of()),
            WORLD.documents(),
            EstimatorRoundTest::untuned,
            EstimatorRoundTest::untuned);
  }

  @ParameterizedTest
  @EnumSource(Estimator.class)
  void honestClicksPass(Estimator estimator) {
    try (FeedbackRound.Outcome outcome = run(estimator, Population.of(HONEST), SESSIONS);
        TunedModel before = untuned()) {
      assertThat(outcome.verdict().reasons()).isEmpty();
      assertThat(quality(Objects.requireNonNull(outcome.candidate()), 0, SIZE))
          .isGreaterThan(quality(before, 0, SIZE) + 0.1);
    }
  }

  @ParameterizedTest
  @EnumSource(Estimator.class)
  void clicksAtRandomDoNot(Estimator estimator) {
    try (FeedbackRound.Outcome outcome =
        run(estimator, Population.of(new RandomClicker(0.3)), SESSIONS)) {
      assertThat(outcome.verdict().isAccepted()).isFalse();
      assertThat(outcome.candidate()).isNull();
    }
  }
}
