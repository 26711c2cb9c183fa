package dev.freshet.training.feedback;

import static dev.freshet.training.feedback.SimulatedFeedback.EXAMINATION;
import static dev.freshet.training.feedback.SimulatedFeedback.HONEST;
import static dev.freshet.training.feedback.SimulatedFeedback.LIKES;
import static dev.freshet.training.feedback.SimulatedFeedback.SIZE;
import static dev.freshet.training.feedback.SimulatedFeedback.TUNING;
import static dev.freshet.training.feedback.SimulatedFeedback.WORLD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.model.checkpoint.LocalModuleStorage;
import dev.freshet.model.checkpoint.ModuleCheckpoint;
import dev.freshet.model.checkpoint.ModuleManifest;
import dev.freshet.model.checkpoint.ModuleRegistry;
import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.model.tuning.IaaL;
import dev.freshet.model.tuning.MamAdapter;
import dev.freshet.model.tuning.PrefixTuning;
import dev.freshet.model.tuning.Tuning;
import dev.freshet.model.tuning.TuningMethod;
import dev.freshet.training.click.ClickModel;
import dev.freshet.training.click.Estimator;
import dev.freshet.training.click.Impression;
import dev.freshet.training.click.Page;
import dev.freshet.training.click.Population;
import dev.freshet.training.click.PositionBasedModel;
import dev.freshet.training.click.RandomClicker;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.corpus.Judgement;
import dev.freshet.training.evaluation.Qrels;
import dev.freshet.training.retrieval.ReciprocalRankFusion;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.RetrievalSettings;
import dev.freshet.training.round.RoundListener;
import dev.freshet.training.round.TinyWorld;
import dev.freshet.training.round.TunedModel;
import dev.freshet.training.round.TuningPlan;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeedbackRoundTest {
  @TempDir private static Path folder;
  private static Backbone backbone;

  /** Modules that honest clicks have taught for long, so that there is much to forget. */
  private static ModuleCheckpoint taught;

  @BeforeAll
  static void open() {
    backbone = TinyWorld.backbone(folder.resolve("backbone"));
    Path registry = folder.resolve("registry");
    try (FeedbackRound.Outcome outcome =
        run(settings(2e-2, 100), null, interactions(HONEST, 40, 100), Interactions.NONE)) {
      TunedModel candidate = Objects.requireNonNull(outcome.candidate());
      var modules = new ModuleRegistry(new LocalModuleStorage(registry), Clock.systemUTC());
      modules.publish(
          1,
          new ModuleManifest.Draft(TUNING.toJson(), backbone.sha256(), null, null, Map.of(), null),
          candidate.toWrite());
      taught = modules.open(1, backbone.sha256());
    }
  }

  private static TunedModel taught() {
    return TunedModel.of(backbone, taught);
  }

  @AfterAll
  static void close() {
    backbone.close();
  }

  private static FeedbackSettings settings(double rate) {
    return settings(rate, 25);
  }

  private static FeedbackSettings settings(double rate, int steps) {
    return new FeedbackSettings(
        Estimator.POSTERIOR,
        new RetrievalSettings(16, 0.1, 0, false),
        new TuningPlan(steps, 1, rate, 0.1, 0.01, 0, 0),
        0.25,
        20,
        SIZE,
        new FeedbackSettings.Fusion(1, ReciprocalRankFusion.EQUAL),
        1);
  }

  private static TunedModel untuned() {
    return TunedModel.initial(backbone, TUNING, ModuleSides.SHARED, 1);
  }

  /** All queries asked in turn, their answer second on the page. */
  private static Interactions interactions(ClickModel users, int sessions, long seed) {
    return SimulatedFeedback.interactions(
        Population.of(users), 0, SIZE, SimulatedFeedback::page, sessions, seed);
  }

  private static FeedbackRound.Outcome run(
      FeedbackSettings settings,
      @Nullable GoldenSet golden,
      Interactions fresh,
      Interactions past) {
    return run(settings, golden, fresh, past, FeedbackRoundTest::untuned);
  }

  private static FeedbackRound.Outcome run(
      FeedbackSettings settings,
      @Nullable GoldenSet golden,
      Interactions fresh,
      Interactions past,
      Supplier<TunedModel> served) {
    return run(settings, golden, fresh, past, WORLD.documents(), served, served);
  }

  private static FeedbackRound.Outcome run(
      FeedbackSettings settings,
      @Nullable GoldenSet golden,
      Interactions fresh,
      Interactions past,
      List<CorpusDocument> documents,
      Supplier<TunedModel> served,
      Supplier<TunedModel> start) {
    return new FeedbackRound(settings, golden, RoundListener.NONE)
        .run(new FeedbackRound.Lesson(fresh, Interactions.NONE, past), documents, served, start);
  }

  private static double quality(TunedModel model) {
    return SimulatedFeedback.quality(model, 0, SIZE);
  }

  @Test
  void honestClicksMakeTheModelBetterAndTheJudgesSeeIt() {
    Interactions fresh = interactions(HONEST, 40, 1);
    try (FeedbackRound.Outcome outcome = run(settings(2e-2), null, fresh, Interactions.NONE);
        TunedModel before = untuned()) {
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
          run(
              settings(1e-3, 1),
              null,
              fresh,
              Interactions.NONE,
              WORLD.documents(),
              () -> TunedModel.frozen(backbone),
              () -> TunedModel.initial(backbone, Tuning.of(method), ModuleSides.SHARED, 1))) {
        Map<String, Double> metrics = outcome.verdict().metrics();
        before.add(metrics.get("held out discounted gain before"));
        assertThat(metrics.get("held out discounted gain")).as("%s", method).isNotNull();
      }
    }
    assertThat(before).doesNotContainNull().containsOnly(before.get(0));
  }

  @Test
  void clicksAtRandomTeachNothing() {
    Interactions fresh = interactions(new RandomClicker(0.3), 40, 2);
    try (FeedbackRound.Outcome outcome = run(settings(2e-2), null, fresh, Interactions.NONE)) {
      assertThat(outcome.candidate()).isNull();
      assertThat(outcome.verdict().reasons())
          .containsExactly("the clicks do not tell answers from other documents");
      assertThat(outcome.verdict().suspicious()).isTrue();
    }
  }

  @Test
  void clicksOnEverythingButTheAnswersAreSeenThrough() {
    Interactions fresh = interactions(new PositionBasedModel(EXAMINATION, LIKES.inverted()), 40, 3);
    try (FeedbackRound.Outcome outcome = run(settings(2e-2), null, fresh, Interactions.NONE)) {
      assertThat(outcome.candidate()).isNull();
      assertThat(outcome.verdict().reasons())
          .singleElement()
          .asString()
          .startsWith("clicks say that")
          .contains("of all that was shown answers; above 50 %");
    }
  }

  @Test
  void whatHarmsTheGoldenQueriesIsRejectedWithNumbers() {
    GoldenSet golden = new GoldenSet(WORLD);
    Interactions fresh = mistaken();
    try (FeedbackRound.Outcome outcome =
        run(settings(2e-2, 50), golden, fresh, Interactions.NONE, FeedbackRoundTest::taught)) {
      assertThat(outcome.candidate()).isNotNull();
      assertThat(outcome.verdict().isAccepted()).isFalse();
      assertThat(outcome.verdict().reasons())
          .singleElement()
          .asString()
          .startsWith("the golden queries fall: nDCG@10 ");
    }
  }

  /** All users take the document after the answer for it: only who knows better can tell. */
  /** Each of so many ways of asking a query is asked a few times. */
  private static Interactions inManyWays(int ways) {
    int times = 8;
    Map<String, Integer> asked = new HashMap<>();
    return new Interactions(
        interactions(HONEST, ways * times, 8).all().stream()
            .map(
                each -> {
                  CorpusQuery query = each.query();
                  int way = (asked.merge(query.id(), 1, Integer::sum) - 1) / times;
                  CorpusQuery ofWay = new CorpusQuery(query.id() + "-" + way, query.text(), null);
                  Page page =
                      new Page(
                          ofWay.id(),
                          each.impression().page().slots(),
                          each.impression().page().policy());
                  return new Interaction(
                      ofWay,
                      new Impression(
                          page, each.impression().clientId(), each.impression().clicks()),
                      each.hybridOf(),
                      each.time());
                })
            .toList());
  }

  @Test
  void whatIsNotTaughtJudgesToo() {
    Interactions clicks = inManyWays(48);
    Set<String> untaught = UntaughtQueries.among(clicks);
    try (FeedbackRound.Outcome outcome =
        run(settings(2e-2, 100), null, clicks, Interactions.NONE)) {
      assertThat(outcome.verdict().isAccepted()).isTrue();
      assertThat(outcome.verdict().metrics().get("untaught queries"))
          .isBetween((double) UntaughtQueries.LEAST, (double) untaught.size());
      assertThat(outcome.verdict().metrics().get("untaught difference low")).isPositive();
    }
  }

  private static Interactions mistaken() {
    List<Judgement> believed = new ArrayList<>();
    for (int query = 0; query < SIZE; query++) {
      believed.add(new Judgement("q" + query, "d" + (query + 1) % SIZE, 1));
    }
    Qrels belief = new Qrels(believed);
    Random random = new Random(4);
    return new Interactions(
        interactions(HONEST, 40, 4).all().stream()
            .map(
                honest -> {
                  Page page = honest.impression().page();
                  return new Interaction(
                      honest.query(),
                      new Impression(page, null, HONEST.click(page, belief, random)),
                      1,
                      honest.time());
                })
            .toList());
  }

  @Test
  void whatForgetsEarlierClicksIsRejected() {
    Interactions past = interactions(HONEST, 40, 5);
    try (FeedbackRound.Outcome outcome =
        run(settings(2e-2, 50), null, mistaken(), past, FeedbackRoundTest::taught)) {
      assertThat(outcome.verdict().reasons())
          .singleElement()
          .asString()
          .startsWith("it forgets earlier clicks: discounted gain ");
      assertThat(outcome.denseWeight()).isEqualTo(ReciprocalRankFusion.EQUAL);
    }
  }

  @Test
  void aModelThatBreaksIsRejectedAndNotKept() {
    Interactions fresh = interactions(HONEST, 40, 6);
    try (FeedbackRound.Outcome outcome = run(settings(1e6), null, fresh, Interactions.NONE)) {
      assertThat(outcome.verdict().isAccepted()).isFalse();
    }
  }

  @Test
  void trainingThatDivergesBeginsAnewAtHalfTheRateTwiceAtMost() {
    Interactions fresh = interactions(HONEST, 40, 6);
    AtomicInteger begun = new AtomicInteger();
    Supplier<TunedModel> counted =
        () -> {
          begun.incrementAndGet();
          return untuned();
        };
    double diverging = 1e6;
    try (FeedbackRound.Outcome outcome =
        run(
            settings(4 * diverging),
            null,
            fresh,
            Interactions.NONE,
            WORLD.documents(),
            FeedbackRoundTest::untuned,
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
                ? TunedModel.initial(backbone, TUNING.withDeviation(1e30), ModuleSides.SHARED, 1)
                : untuned();
    try (FeedbackRound.Outcome outcome =
            run(
                settings(4e-2),
                null,
                fresh,
                Interactions.NONE,
                WORLD.documents(),
                FeedbackRoundTest::untuned,
                brokenOnce);
        FeedbackRound.Outcome half = run(settings(2e-2), null, fresh, Interactions.NONE)) {
      assertThat(begun).hasValue(2);
      assertThat(outcome.verdict()).isEqualTo(half.verdict());
      assertThat(outcome.verdict().isAccepted()).isTrue();
    }
  }

  @Test
  void tooFewClicksToJudgeByAreNoReasonToServe() {
    Interactions fresh = interactions(HONEST, 40, 7);
    FeedbackSettings strict =
        new FeedbackSettings(
            Estimator.POSTERIOR,
            new RetrievalSettings(16, 0.1, 0, false),
            new TuningPlan(2, 1, 1e-3, 0.1, 0.01, 0, 0),
            0.25,
            SIZE + 1,
            SIZE,
            new FeedbackSettings.Fusion(1, ReciprocalRankFusion.EQUAL),
            1);
    try (FeedbackRound.Outcome outcome = run(strict, null, fresh, Interactions.NONE)) {
      assertThat(outcome.verdict().reasons())
          .containsExactly(
              "32 of the held-out queries have a click that counts, it takes 33 to judge (gate.least)");
      assertThat(outcome.verdict().suspicious()).isFalse();
    }
  }

  @Test
  void theSameInteractionsGiveTheSameModules() {
    Interactions fresh = interactions(HONEST, 20, 8);
    try (FeedbackRound.Outcome first = run(settings(1e-2), null, fresh, Interactions.NONE);
        FeedbackRound.Outcome second = run(settings(1e-2), null, fresh, Interactions.NONE)) {
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
    assertCancelled(FeedbackRoundTest::untuned, FeedbackRoundTest::untuned);
  }

  @Test
  void whatCannotBeReadByAThreadThatIsInterruptedIsNoFailure() {
    Supplier<TunedModel> unreadable =
        () -> {
          Thread.currentThread().interrupt();
          throw new UncheckedIOException(new ClosedByInterruptException());
        };
    assertCancelled(unreadable, FeedbackRoundTest::untuned);
    assertCancelled(FeedbackRoundTest::untuned, unreadable);
  }

  @Test
  void judgingCanBeInterrupted() {
    Supplier<TunedModel> interrupting =
        () -> {
          Thread.currentThread().interrupt();
          return untuned();
        };
    assertCancelled(interrupting, FeedbackRoundTest::untuned);
  }

  private static void assertCancelled(Supplier<TunedModel> served, Supplier<TunedModel> start) {
    Interactions fresh = interactions(HONEST, 20, 9);
    assertThatThrownBy(
            () ->
                run(
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

  /** The index has each golden answer's text under another id. */
  @Test
  void goldenQueriesAreJudgedByTheTextsOfTheirSet() {
    List<CorpusDocument> spoiled = new ArrayList<>();
    for (int i = 0; i < SIZE; i++) {
      String text = WORLD.documents().get((i + 1) % SIZE).text();
      spoiled.add(new CorpusDocument("d" + i, "", text, Map.of()));
    }
    try (FeedbackRound.Outcome outcome =
            run(
                settings(1e-2, 2),
                new GoldenSet(WORLD),
                interactions(HONEST, 20, 9),
                Interactions.NONE,
                spoiled,
                FeedbackRoundTest::taught,
                FeedbackRoundTest::taught);
        TunedModel served = taught()) {
      assertThat(outcome.verdict().metrics().get("golden nDCG@10 before"))
          .isCloseTo(quality(served), within(1e-9));
    }
  }
}
