package dev.freshet.training.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDArray;
import dev.freshet.model.checkpoint.LocalModuleStorage;
import dev.freshet.model.checkpoint.ModuleManifest;
import dev.freshet.model.checkpoint.ModuleRegistry;
import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.BuiltInBackbone;
import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.model.encoder.GradientMode;
import dev.freshet.model.tuning.FullFineTuning;
import dev.freshet.model.tuning.IaaL;
import dev.freshet.model.tuning.Tuning;
import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.evaluation.Ndcg;
import dev.freshet.training.evaluation.Qrels;
import dev.freshet.training.evaluation.RunScores;
import dev.freshet.training.loss.ScoringLoss;
import dev.freshet.training.optimise.DivergedException;
import dev.freshet.training.optimise.Gradients;
import dev.freshet.training.optimise.StepReport;
import dev.freshet.training.retrieval.DenseRetriever;
import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.retrieval.Reranker;
import dev.freshet.training.retrieval.Run;
import dev.freshet.training.retrieval.ScoredDocument;
import dev.freshet.training.sampling.Relevance;
import dev.freshet.training.sampling.TrainingExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TuningRoundTest {
  private static final Tuning IAA = Tuning.of(new IaaL(8, 16)).withDeviation(0.25);
  private static final RetrievalSettings RETRIEVAL = new RetrievalSettings(8, 0.1, 0, false);
  private static final CorpusCollection COLLECTION = TinyWorld.collection(24);
  private static final List<TrainingExample> EXAMPLES = TinyWorld.examples(COLLECTION);
  private static final Relevance RELEVANCE = Relevance.ofJudgements(COLLECTION.judgements());

  @TempDir private static Path model;
  private static Backbone backbone;
  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    backbone = TinyWorld.backbone(model);
  }

  @AfterAll
  static void close() {
    backbone.close();
  }

  private static TuningPlan plan(int steps, double rate, int lookEvery, int patience) {
    return new TuningPlan(steps, 1, rate, 0.1, 0.01, lookEvery, patience);
  }

  private static RoundObjective objective(TunedModel tuned) {
    return new RetrievalObjective(tuned, EXAMPLES, RELEVANCE, RETRIEVAL, 1);
  }

  private static double ndcg(TunedModel tuned) {
    Run run =
        DenseRetriever.index(COLLECTION.documents(), new TunedBiEncoder(tuned), d -> {})
            .retrieve(COLLECTION.queries(), 10);
    return ndcg(run);
  }

  private static double ndcg(Run run) {
    Ndcg ndcg = new Ndcg(10);
    return new RunScores(run, new Qrels(COLLECTION.judgements()), List.of(ndcg)).mean(ndcg);
  }

  private static Map<String, float[]> values(TunedModel tuned) {
    Map<String, float[]> values = new HashMap<>();
    tuned.trainable().forEach((name, array) -> values.put(name, array.toFloatArray()));
    return values;
  }

  @ParameterizedTest
  @EnumSource(ModuleSides.class)
  void learnsWhatAnswersWhat(ModuleSides sides) {
    try (TunedModel tuned = TunedModel.initial(backbone, IAA, sides, 1);
        RoundObjective objective = objective(tuned)) {
      double before = ndcg(tuned);
      RoundHistory seen =
          new TuningRound(tuned, objective, plan(40, 2e-2, 0, 0), RoundListener.NONE, null, null)
              .run();
      assertThat(ndcg(tuned)).isGreaterThan(before + 0.3);
      assertThat(seen.steps()).isEqualTo(40);
      assertThat(seen.cpuSeconds()).isPositive();
      assertThat(tuned.isTrained(Side.DOCUMENT)).isEqualTo(sides != ModuleSides.QUERY);
    }
  }

  @Test
  void aQuerySideThatIsTrainedFurtherMayGetADocumentSide() {
    var modules = new ModuleRegistry(new LocalModuleStorage(folder), Clock.systemUTC());
    Map<String, float[]> query;
    try (TunedModel tuned = TunedModel.initial(backbone, IAA, ModuleSides.QUERY, 1)) {
      query = values(tuned);
      modules.publish(
          1,
          new ModuleManifest.Draft(
              IAA.toJson(), ModuleSides.QUERY, backbone.sha256(), null, null, Map.of(), null),
          tuned.toWrite());
    }
    try (TunedModel both =
        TunedModel.bothSidesOf(backbone, modules.open(1, backbone.sha256()), 2)) {
      assertThat(both.sides()).isEqualTo(ModuleSides.SEPARATE);
      assertThat(both.isTrained(Side.QUERY)).isTrue();
      assertThat(both.isTrained(Side.DOCUMENT)).isTrue();
      Map<String, float[]> found = values(both);
      assertThat(found).hasSize(2 * query.size());
      query.forEach((name, array) -> assertThat(found.get(name)).as(name).isEqualTo(array));
    }
  }

  @Test
  void endsAsItWasAtTheBestLook() {
    List<Map<String, float[]>> looks = new ArrayList<>();
    try (TunedModel tuned = TunedModel.initial(backbone, IAA, ModuleSides.SHARED, 1);
        RoundObjective objective = objective(tuned)) {
      double[] script = {0.1, 0.3, 0.2, 0.3, 0.25};
      DoubleSupplier heldOut =
          () -> {
            looks.add(values(tuned));
            return script[looks.size() - 1];
          };
      RoundHistory seen =
          new TuningRound(tuned, objective, plan(50, 1e-2, 5, 3), RoundListener.NONE, heldOut, null)
              .run();
      assertThat(seen.qualities())
          .extracting(RoundHistory.Quality::step)
          .containsExactly(0L, 5L, 10L, 15L, 20L);
      assertThat(seen.best()).isEqualTo(seen.qualities().get(1));
      assertSame(values(tuned), looks.get(1));
    }
  }

  private static void assertSame(Map<String, float[]> found, Map<String, float[]> wanted) {
    assertThat(found.keySet()).isEqualTo(wanted.keySet());
    wanted.forEach((name, array) -> assertThat(found.get(name)).as(name).isEqualTo(array));
  }

  @Test
  void whatWasStoppedEndsAsWhatWasNot() {
    TuningPlan plan = plan(30, 1e-2, 7, 0);
    Map<String, float[]> through = run(plan, new RoundState(folder.resolve("a"), "x"), 0);
    RoundState state = new RoundState(folder.resolve("new").resolve("b"), "x");
    for (int stop : new int[] {9, 22}) {
      assertThatThrownBy(() -> run(plan, state, stop)).isInstanceOf(CancellationException.class);
      assertThat(state.exists()).isTrue();
    }
    assertSame(run(plan, state, 0), through);
  }

  @Test
  void whatIsOverIsThereUntilItIsPutAway() {
    RoundState state = new RoundState(folder.resolve("state"), "x");
    Map<String, float[]> modules = run(plan(20, 1e-2, 7, 0), state, 0);
    RoundListener refusing =
        (report, examples) -> {
          throw new AssertionError("step " + report.step() + " was taken again");
        };
    try (TunedModel tuned = TunedModel.initial(backbone, IAA, ModuleSides.SHARED, 1);
        RoundObjective objective = objective(tuned)) {
      RoundHistory seen =
          new TuningRound(
                  tuned, objective, plan(20, 1e-2, 7, 0), refusing, () -> ndcg(tuned), state)
              .run();
      assertThat(seen.steps()).isEqualTo(20);
      assertSame(values(tuned), modules);
    }
    state.delete();
    assertThat(state.exists()).isFalse();
  }

  @Test
  void whatWasKilledGoesOnFromWhatWasSavedOnTheWay() {
    TuningPlan plan = plan(30, 1e-2, 7, 0);
    Map<String, float[]> through = run(plan, new RoundState(folder.resolve("a"), "x"), 0);
    RoundState state = new RoundState(folder.resolve("b"), "x");
    List<Long> taken = new ArrayList<>();
    RoundListener dying =
        (report, examples) -> {
          taken.add(report.step());
          if (report.step() == 17 && taken.size() == 17) {
            throw new IllegalStateException("killed");
          }
        };
    assertThatThrownBy(() -> runSaving(plan, state, dying)).hasMessage("killed");
    assertSame(runSaving(plan, state, dying), through);
    assertThat(taken.get(17)).as("first step after the kill").isEqualTo(17);
  }

  private static Map<String, float[]> runSaving(
      TuningPlan plan, RoundState state, RoundListener listener) {
    try (TunedModel tuned = TunedModel.initial(backbone, IAA, ModuleSides.SHARED, 1);
        RoundObjective objective = objective(tuned)) {
      new TuningRound(
              tuned, objective, plan, listener, () -> ndcg(tuned), state, Duration.ofNanos(1))
          .run();
      return values(tuned);
    }
  }

  @Test
  void aModelThatYieldsNoNumbersHasDiverged() {
    assertBreaks(1, "step 2 of 60");
    // A look comes before the next step.
    assertBreaks(5, "after step 5 of 60, at a learning rate of up to 0.00100");
  }

  /**
   * @param at step after which no number of the modules is one any more; looks are every five steps
   */
  private static void assertBreaks(long at, String message) {
    try (TunedModel tuned = TunedModel.initial(backbone, IAA, ModuleSides.SHARED, 1);
        RoundObjective objective = objective(tuned)) {
      RoundListener breaking =
          (report, examples) -> {
            try (GradientMode off = GradientMode.off()) {
              float factor = report.step() == at ? Float.NaN : 1;
              tuned.trainable().values().forEach(array -> array.muli(factor));
            }
          };
      TuningRound round =
          new TuningRound(
              tuned, objective, plan(60, 1e-3, 5, 0), breaking, () -> ndcg(tuned), null);
      assertThatThrownBy(round::run)
          .isInstanceOf(DivergedException.class)
          .hasMessageContaining(message);
    }
  }

  /**
   * @param stop step after which the thread is interrupted; 0 for never
   */
  private static Map<String, float[]> run(TuningPlan plan, RoundState state, int stop) {
    try (TunedModel tuned = TunedModel.initial(backbone, IAA, ModuleSides.SHARED, 1);
        RoundObjective objective = objective(tuned)) {
      RoundListener listener =
          (report, examples) -> {
            if (report.step() == stop) {
              Thread.currentThread().interrupt();
            }
          };
      new TuningRound(tuned, objective, plan, listener, () -> ndcg(tuned), state).run();
      return values(tuned);
    }
  }

  @Test
  void anotherRoundDoesNotGoOn() {
    TuningPlan plan = plan(30, 1e-2, 0, 0);
    Path file = folder.resolve("state");
    assertThatThrownBy(() -> run(plan, new RoundState(file, "rate 1"), 5))
        .isInstanceOf(CancellationException.class);
    assertThatThrownBy(() -> run(plan, new RoundState(file, "rate 2"), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("begun with rate 1; now it is rate 2");
  }

  @Test
  void roundsInTurnLeaveEachOthersStatesAlone() throws IOException {
    TuningPlan plan = plan(30, 1e-2, 0, 0);
    RoundState first = RoundState.in(folder, "rate 1");
    RoundState second = RoundState.in(folder, "rate 2");
    for (RoundState state : List.of(first, second)) {
      assertThatThrownBy(() -> run(plan, state, 5)).isInstanceOf(CancellationException.class);
    }
    assertThat(folder.toFile().list()).hasSize(2).allMatch(name -> name.startsWith(".training-"));
    // As a process leaves it that is killed while it saves.
    String half = "." + folder.toFile().list()[0] + "." + UUID.randomUUID() + ".tmp";
    Files.createFile(folder.resolve(half));
    for (RoundState state : List.of(first, second)) {
      run(plan, RoundState.in(folder, state == first ? "rate 1" : "rate 2"), 0);
      state.delete();
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void anExplodingLossStopsIt() {
    RoundState state = new RoundState(folder.resolve("state"), "x");
    RoundListener lookingAtTheState =
        (report, examples) -> assertThat(state.exists()).isEqualTo(report.step() > 1);
    try (TunedModel tuned = TunedModel.initial(backbone, IAA, ModuleSides.SHARED, 1)) {
      RoundObjective growing = growing(objective(tuned));
      TuningRound round =
          new TuningRound(
              tuned,
              growing,
              plan(60, 1e-3, 0, 0),
              lookingAtTheState,
              () -> 0,
              state,
              Duration.ofNanos(1));
      assertThatThrownBy(round::run)
          .isInstanceOf(DivergedException.class)
          .hasMessageContaining("from 12.00 to 32.00 by step 10 of 60");
      assertThat(state.exists()).isFalse();
      assertThat(round.seen().steps()).isEqualTo(9);
    }
  }

  /** The loss of another objective, times the number of the step. */
  private static RoundObjective growing(RoundObjective other) {
    return new RoundObjective() {
      @Override
      public double backward(long step) {
        return 4 * (step + 1) + 0 * other.backward(step);
      }

      @Override
      public double loss(long step) {
        return other.loss(step);
      }

      @Override
      public int batch() {
        return other.batch();
      }

      @Override
      public double chance() {
        return 1_000;
      }

      @Override
      public void close() {
        other.close();
      }
    };
  }

  /** Needs a backbone whose first token has learnt to look at the others. */
  @ParameterizedTest
  @EnumSource(ScoringLoss.class)
  void aCrossEncoderLearnsToOrder(ScoringLoss loss) {
    ScoringSettings settings = new ScoringSettings(8, 3, loss);
    Tuning everything = Tuning.of(new FullFineTuning()).withHead();
    try (Backbone trained = Backbone.open(BuiltInBackbone.folder(), EncoderSettings.defaults());
        TunedModel tuned = TunedModel.initial(trained, everything, ModuleSides.SHARED, 1);
        RoundObjective objective = new ScoringObjective(tuned, EXAMPLES, RELEVANCE, settings, 1)) {
      Reranker reranker = new Reranker(new TunedCrossEncoder(tuned), COLLECTION.documents());
      Run all = everything();
      double before = ndcg(reranker.rerank(COLLECTION.queries(), all, 24));
      List<Double> losses = new ArrayList<>();
      RoundListener listener = (report, examples) -> losses.add(report.loss());
      new TuningRound(tuned, objective, plan(40, 1e-3, 0, 0), listener, null, null).run();
      assertThat(losses.get(39)).isLessThan(0.8 * losses.get(0));
      assertThat(ndcg(reranker.rerank(COLLECTION.queries(), all, 24))).isGreaterThan(before + 0.1);
    }
  }

  /** A first stage that knows nothing. */
  private static Run everything() {
    List<ScoredDocument> documents =
        COLLECTION.documents().stream().map(d -> new ScoredDocument(d.id(), 0)).toList();
    Map<String, Ranking> rankings = new HashMap<>();
    COLLECTION.queries().forEach(query -> rankings.put(query.id(), Ranking.of(documents)));
    return new Run(rankings);
  }

  @Test
  void accumulatedGradientsAreTheirMean() {
    float[] first = gradient(0);
    float[] second = gradient(1);
    double squares = 0;
    for (int i = 0; i < first.length; i++) {
      squares += Math.pow((first[i] + second[i]) / 2, 2);
    }
    assertThat(normOfFirstStep(2)).isCloseTo(Math.sqrt(squares), withinPercentage(0.01));
    assertThat(normOfFirstStep(2)).isNotCloseTo(normOfFirstStep(1), withinPercentage(1));
  }

  /** Of all modules, one after the other, by a pass of the objective. */
  private static float[] gradient(int pass) {
    try (TunedModel tuned = TunedModel.initial(backbone, IAA, ModuleSides.SHARED, 1);
        RoundObjective objective = objective(tuned)) {
      Gradients gradients = new Gradients(tuned.trainable().values());
      try (GradientMode on = GradientMode.on()) {
        objective.backward(pass);
      }
      List<float[]> values = gradients.values();
      float[] all = new float[values.stream().mapToInt(array -> array.length).sum()];
      int at = 0;
      for (float[] array : values) {
        System.arraycopy(array, 0, all, at, array.length);
        at += array.length;
      }
      return all;
    }
  }

  private static double normOfFirstStep(int passes) {
    List<StepReport> reports = new ArrayList<>();
    TuningPlan plan = new TuningPlan(1, passes, 1e-3, 0, 0, 0, 0);
    try (TunedModel tuned = TunedModel.initial(backbone, IAA, ModuleSides.SHARED, 1);
        RoundObjective objective = objective(tuned)) {
      new TuningRound(tuned, objective, plan, (r, n) -> reports.add(r), null, null).run();
    }
    return reports.get(0).gradientNorm();
  }

  @Test
  void aBackboneThatIsNotFrozenIsAmongTheTrainable() {
    try (TunedModel frozen = TunedModel.initial(backbone, IAA, ModuleSides.SHARED, 1);
        TunedModel free = TunedModel.unfrozen(backbone, IAA, ModuleSides.SHARED, 1)) {
      Map<String, NDArray> all = free.trainable();
      assertThat(List.copyOf(all.keySet()).subList(0, frozen.trainable().size()))
          .isEqualTo(List.copyOf(frozen.trainable().keySet()));
      assertThat(all).containsKey("backbone.embeddings.word_embeddings.weight");
      assertThat(ndcg(free)).isEqualTo(ndcg(frozen));
    }
  }
}
