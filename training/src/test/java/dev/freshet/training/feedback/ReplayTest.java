package dev.freshet.training.feedback;

import static dev.freshet.training.feedback.SimulatedFeedback.HONEST;
import static dev.freshet.training.feedback.SimulatedFeedback.SIZE;
import static dev.freshet.training.feedback.SimulatedFeedback.TUNING;
import static dev.freshet.training.feedback.SimulatedFeedback.WORLD;
import static dev.freshet.training.feedback.SimulatedFeedback.quality;
import static dev.freshet.training.feedback.SimulatedFeedback.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.model.checkpoint.LocalModuleStorage;
import dev.freshet.model.checkpoint.ModuleCheckpoint;
import dev.freshet.model.checkpoint.ModuleManifest;
import dev.freshet.model.checkpoint.ModuleRegistry;
import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.training.click.Estimator;
import dev.freshet.training.click.Population;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.RoundListener;
import dev.freshet.training.round.TinyWorld;
import dev.freshet.training.round.TunedModel;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People asked for one half of the world in earlier rounds, and ask for the other one now. */
class ReplayTest {
  private static final int HALF = SIZE / 2;

  @TempDir private static Path folder;
  private static Backbone backbone;

  /** Modules that earlier rounds have taught the first half. */
  private static ModuleCheckpoint taught;

  @BeforeAll
  static void teach() {
    backbone = TinyWorld.backbone(folder.resolve("backbone"));
    try (FeedbackRound.Outcome outcome =
        run(
            100,
            new FeedbackRound.Lesson(
                clicks(0, 100), Interactions.NONE, Interactions.NONE, Set.of()),
            () -> TunedModel.initial(backbone, TUNING, ModuleSides.SHARED, 1))) {
      var modules =
          new ModuleRegistry(new LocalModuleStorage(folder.resolve("registry")), Clock.systemUTC());
      modules.publish(
          1,
          new ModuleManifest.Draft(TUNING.toJson(), backbone.sha256(), null, null, Map.of(), null),
          Objects.requireNonNull(outcome.candidate()).toWrite());
      taught = modules.open(1, backbone.sha256());
    }
  }

  @AfterAll
  static void close() {
    backbone.close();
  }

  private static TunedModel taught() {
    return TunedModel.of(backbone, taught);
  }

  private static FeedbackRound.Outcome run(
      int steps, FeedbackRound.Lesson lesson, Supplier<TunedModel> served) {
    return new FeedbackRound(settings(Estimator.POSTERIOR, steps), null, RoundListener.NONE)
        .run(lesson, WORLD.documents(), served, served);
  }

  /** On the queries of one half. */
  private static Interactions clicks(int from, long seed) {
    return SimulatedFeedback.interactions(
        Population.of(HONEST), from, from + HALF, SimulatedFeedback::page, 40, seed);
  }

  @Test
  void earlierInteractionsKeepWhatTheyHaveTaughtWhileNewOnesTeach() {
    Interactions fresh = clicks(HALF, 1);
    Interactions replay = clicks(0, 2);
    Interactions past = clicks(0, 3);
    try (TunedModel before = taught();
        FeedbackRound.Outcome without =
            run(
                50,
                new FeedbackRound.Lesson(fresh, Interactions.NONE, past, Set.of()),
                ReplayTest::taught);
        FeedbackRound.Outcome with =
            run(50, new FeedbackRound.Lesson(fresh, replay, past, Set.of()), ReplayTest::taught)) {
      TunedModel forgetful = Objects.requireNonNull(without.candidate());
      TunedModel mindful = Objects.requireNonNull(with.candidate());
      double known = quality(before, 0, HALF);
      assertThat(quality(forgetful, 0, HALF)).isLessThan(known - 0.3);
      assertThat(quality(mindful, 0, HALF)).isGreaterThan(known - 0.05);
      double unknown = quality(before, HALF, SIZE);
      assertThat(quality(forgetful, HALF, SIZE)).isGreaterThan(unknown + 0.3);
      assertThat(quality(mindful, HALF, SIZE)).isGreaterThan(unknown + 0.3);
      assertThat(without.verdict().reasons())
          .singleElement()
          .asString()
          .startsWith("it forgets earlier clicks: discounted gain ");
      assertThat(with.verdict().reasons()).isEmpty();
    }
  }

  /** What judges must be new: replayed clicks are learned from and do not judge. */
  @Test
  void replayedInteractionsDoNotJudge() {
    Interactions fresh = clicks(HALF, 1);
    Interactions replay = clicks(0, 2);
    try (FeedbackRound.Outcome outcome =
        run(
            2,
            new FeedbackRound.Lesson(fresh, replay, Interactions.NONE, Set.of()),
            ReplayTest::taught)) {
      Map<String, Double> metrics = outcome.verdict().metrics();
      assertThat(metrics.get("held out queries")).isEqualTo(HALF);
      assertThat(metrics.keySet()).noneMatch(name -> name.startsWith("earlier"));
    }
  }
}
