package dev.freshet.training.feedback;

import static dev.freshet.training.feedback.FeedbackRounds.interactions;
import static dev.freshet.training.feedback.FeedbackRounds.quality;
import static dev.freshet.training.feedback.FeedbackRounds.settings;
import static dev.freshet.training.feedback.SimulatedFeedback.HONEST;
import static dev.freshet.training.feedback.SimulatedFeedback.TUNING;
import static dev.freshet.training.feedback.SimulatedFeedback.WORLD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.model.tuning.IaaL;
import dev.freshet.model.tuning.MamAdapter;
import dev.freshet.model.tuning.PrefixTuning;
import dev.freshet.model.tuning.Tuning;
import dev.freshet.model.tuning.TuningMethod;
import dev.freshet.training.round.TunedModel;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a round trains, and when it ends without. */
class FeedbackRoundTest {
  @TempDir private static Path folder;
  private static FeedbackRounds rounds;

  @BeforeAll
  static void open() {
    rounds = new FeedbackRounds(folder);
  }

  @AfterAll
  static void close() {
    rounds.close();
  }

  @Test
  void honestClicksMakeTheModelBetterAndTheJudgesSeeIt() {
    Interactions fresh = interactions(HONEST, 40, 1);
    try (FeedbackRound.Outcome outcome =
            rounds.run(settings(2e-2), null, fresh, Interactions.NONE);
        TunedModel before = rounds.untuned()) {
      assertThat(outcome.verdict().reasons()).isEmpty();
      assertThat(quality(Objects.requireNonNull(outcome.candidate())))
          .isGreaterThan(quality(before) + 0.1);
      Map<String, Double> metrics = outcome.verdict().metrics();
      assertThat(metrics.get("held out discounted gain"))
          .isGreaterThan(metrics.get("held out discounted gain before"));
      assertThat(metrics.get("held out queries")).isGreaterThanOrEqualTo(20);
    }
  }

  /** A prefix is there from the first step: the candidate does not begin as what is served. */
  @Test
  void modulesWithAPrefixAreHeldAgainstTheModelWithoutThem() {
    Interactions fresh = interactions(HONEST, 40, 1);
    List<Double> before = new ArrayList<>();
    for (TuningMethod method :
        List.of(new IaaL(4, 8), new PrefixTuning(4), new MamAdapter(4, 8, 4))) {
      try (FeedbackRound.Outcome outcome =
          rounds.run(
              settings(1e-3, 1),
              null,
              fresh,
              Interactions.NONE,
              WORLD.documents(),
              () -> TunedModel.frozen(rounds.backbone()),
              () ->
                  TunedModel.initial(
                      rounds.backbone(), Tuning.of(method), ModuleSides.SHARED, 1))) {
        Map<String, Double> metrics = outcome.verdict().metrics();
        before.add(metrics.get("held out discounted gain before"));
        assertThat(metrics.get("held out discounted gain")).as("%s", method).isNotNull();
      }
    }
    assertThat(before).doesNotContainNull().containsOnly(before.get(0));
  }

  @Test
  void trainingThatDivergesBeginsAnewAtHalfTheRateTwiceAtMost() {
    Interactions fresh = interactions(HONEST, 40, 6);
    AtomicInteger begun = new AtomicInteger();
    Supplier<TunedModel> counted =
        () -> {
          begun.incrementAndGet();
          return rounds.untuned();
        };
    double diverging = 1e6;
    try (FeedbackRound.Outcome outcome =
        rounds.run(
            settings(4 * diverging),
            null,
            fresh,
            Interactions.NONE,
            WORLD.documents(),
            rounds::untuned,
            counted)) {
      assertThat(outcome.candidate()).isNull();
      assertThat(outcome.verdict().reasons())
          .singleElement()
          .asString()
          .contains("at a learning rate of %.3g: try a lower one".formatted(diverging));
      assertThat(begun).hasValue(3);
    }
  }

  @Test
  void whatIsTrainedAtHalfTheRateIsJudgedAsIfItWereTheFirst() {
    Interactions fresh = interactions(HONEST, 40, 1);
    AtomicInteger begun = new AtomicInteger();
    Supplier<TunedModel> brokenOnce =
        () ->
            begun.getAndIncrement() == 0
                ? TunedModel.initial(
                    rounds.backbone(), TUNING.withDeviation(1e30), ModuleSides.SHARED, 1)
                : rounds.untuned();
    try (FeedbackRound.Outcome outcome =
            rounds.run(
                settings(4e-2),
                null,
                fresh,
                Interactions.NONE,
                WORLD.documents(),
                rounds::untuned,
                brokenOnce);
        FeedbackRound.Outcome half = rounds.run(settings(2e-2), null, fresh, Interactions.NONE)) {
      assertThat(begun).hasValue(2);
      assertThat(outcome.verdict()).isEqualTo(half.verdict());
      assertThat(outcome.verdict().isAccepted()).isTrue();
    }
  }

  @Test
  void theSameInteractionsGiveTheSameModules() {
    Interactions fresh = interactions(HONEST, 20, 8);
    try (FeedbackRound.Outcome first = rounds.run(settings(1e-2), null, fresh, Interactions.NONE);
        FeedbackRound.Outcome second = rounds.run(settings(1e-2), null, fresh, Interactions.NONE)) {
      assertThat(second.verdict()).isEqualTo(first.verdict());
      assertThat(tensors(second.candidate())).isEqualTo(tensors(first.candidate()));
    }
  }

  private static Map<String, List<Float>> tensors(@Nullable TunedModel model) {
    Map<String, List<Float>> values = new LinkedHashMap<>();
    Objects.requireNonNull(model)
        .trainable()
        .forEach(
            (name, array) -> {
              List<Float> all = new ArrayList<>();
              for (float value : array.toFloatArray()) {
                all.add(value);
              }
              values.put(name, all);
            });
    return values;
  }

  @Test
  void aRoundCanBeInterrupted() {
    Thread.currentThread().interrupt();
    assertCancelled(rounds::untuned, rounds::untuned);
  }

  @Test
  void whatCannotBeReadByAThreadThatIsInterruptedIsNoFailure() {
    Supplier<TunedModel> unreadable =
        () -> {
          Thread.currentThread().interrupt();
          throw new UncheckedIOException(new ClosedByInterruptException());
        };
    assertCancelled(unreadable, rounds::untuned);
    assertCancelled(rounds::untuned, unreadable);
  }

  @Test
  void judgingCanBeInterrupted() {
    Supplier<TunedModel> interrupting =
        () -> {
          Thread.currentThread().interrupt();
          return rounds.untuned();
        };
    assertCancelled(interrupting, rounds::untuned);
  }

  private static void assertCancelled(Supplier<TunedModel> served, Supplier<TunedModel> start) {
    Interactions fresh = interactions(HONEST, 20, 9);
    assertThatThrownBy(
            () ->
                rounds.run(
                    settings(1e-2, 2),
                    null,
                    fresh,
                    Interactions.NONE,
                    WORLD.documents(),
                    served,
                    start))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isFalse();
  }
}
