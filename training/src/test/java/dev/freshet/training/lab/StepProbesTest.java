package dev.freshet.training.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.model.tuning.FullFineTuning;
import dev.freshet.model.tuning.IaaL;
import dev.freshet.model.tuning.Tuning;
import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.RetrievalObjective;
import dev.freshet.training.round.RetrievalSettings;
import dev.freshet.training.round.RoundListener;
import dev.freshet.training.round.RoundObjective;
import dev.freshet.training.round.TinyWorld;
import dev.freshet.training.round.TunedModel;
import dev.freshet.training.round.TuningPlan;
import dev.freshet.training.round.TuningRound;
import dev.freshet.training.sampling.Relevance;
import dev.freshet.training.sampling.TrainingExample;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepProbesTest {
  private static final CorpusCollection COLLECTION = TinyWorld.collection(16);
  private static final TuningPlan PLAN = new TuningPlan(8, 1, 1e-2, 0, 0.01, 0, 0);
  private static final Tuning IAA = Tuning.of(new IaaL(4, 8)).withDeviation(0.25);

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

  private static RoundObjective objective(TunedModel model) {
    return objective(model, TinyWorld.examples(COLLECTION));
  }

  private static RoundObjective objective(TunedModel model, List<TrainingExample> examples) {
    return new RetrievalObjective(
        model,
        examples,
        Relevance.ofJudgements(COLLECTION.judgements()),
        new RetrievalSettings(8, 0.1, 0, false),
        1);
  }

  private static StepProbes probes(TunedModel model, RoundObjective objective) {
    return probes(model, objective, StepProbesTest::objective);
  }

  private static StepProbes probes(
      TunedModel model, RoundObjective objective, Function<TunedModel, RoundObjective> objectives) {
    List<int[]> texts =
        COLLECTION.queries().stream()
            .map(query -> backbone.sequences().query(query.text()))
            .toList();
    return new StepProbes(model, objective, objectives, texts, PLAN.steps(), PLAN.passes(), 1);
  }

  private static TunedModel model(Tuning tuning) {
    return TunedModel.initial(backbone, tuning, ModuleSides.SHARED, 1);
  }

  private static void train(TunedModel model, RoundObjective objective, RoundListener listener) {
    new TuningRound(model, objective, PLAN, listener, null, null).run();
  }

  @Test
  void lookingChangesNothing() {
    Parameters.Vector unseen;
    try (TunedModel model = model(IAA);
        RoundObjective objective = objective(model)) {
      train(model, objective, RoundListener.NONE);
      unseen = new Parameters(model).point();
    }
    try (TunedModel model = model(IAA);
        RoundObjective objective = objective(model)) {
      StepProbes probes = probes(model, objective);
      train(model, objective, probes);
      Probes seen = probes.probes();
      assertThat(new Parameters(model).point().minus(unseen).norm()).isZero();
      check(seen, objective.loss(0));
    }
  }

  private static void check(Probes seen, double lossAtTheEnd) {
    Landscape landscape = Objects.requireNonNull(seen.landscape());
    assertThat(landscape.centre()).isEqualTo(lossAtTheEnd);
    assertThat(landscape.loss().get(4).get(4)).isEqualTo(lossAtTheEnd);
    assertThat(landscape.loss().get(0).get(0)).isNotEqualTo(lossAtTheEnd);
    Smoothness smoothness = Objects.requireNonNull(seen.smoothness());
    for (Smoothness.Probe probe : smoothness.probes()) {
      assertThat(probe.lossHigh()).isGreaterThan(probe.lossLow());
      assertThat(probe.lipschitz()).isPositive();
    }
    Directions directions = Objects.requireNonNull(seen.directions());
    assertThat(directions.probes()).extracting(Directions.Probe::step).containsExactly(2L, 4L);
    for (Directions.Probe probe : directions.probes()) {
      assertThat(probe.modules()).hasSize(6).containsKey("encoder.layer.0.aside");
      assertThat(probe.displacementCosine()).isBetween(-1.0, 1.0);
      for (Directions.Change change : probe.modules().values()) {
        assertThat(change.relative()).isPositive();
        assertThat(change.cosine()).isBetween(-1.0, 1.0);
      }
    }
  }

  /** All queries have the same answer: there is nothing to tell it from, and no gradient. */
  @Test
  void withoutAGradientNothingMoves() {
    List<TrainingExample> alike =
        COLLECTION.queries().stream()
            .map(query -> new TrainingExample(query, COLLECTION.documents().get(0), List.of(), 1))
            .toList();
    try (TunedModel model = model(IAA);
        RoundObjective objective = objective(model, alike)) {
      StepProbes probes = probes(model, objective, other -> objective(other, alike));
      train(model, objective, probes);
      Directions directions = Objects.requireNonNull(probes.probes().directions());
      assertThat(directions.probes()).hasSize(2);
      for (Directions.Probe probe : directions.probes()) {
        assertThat(probe.displacementCosine()).isNaN();
        assertThat(probe.modules().values()).allMatch(change -> Double.isNaN(change.cosine()));
      }
    }
  }

  /** Where everything is trained anyway, unfreezing changes nothing. */
  @Test
  void fullFineTuningMovesEmbeddingsAsEverythingUnfrozenDoes() {
    try (TunedModel model = model(Tuning.of(new FullFineTuning()));
        RoundObjective objective = objective(model)) {
      StepProbes probes = probes(model, objective);
      train(model, objective, probes);
      Directions directions = Objects.requireNonNull(probes.probes().directions());
      for (Directions.Probe probe : directions.probes()) {
        assertThat(probe.displacementCosine()).isCloseTo(1, within(1e-3));
        assertThat(probe.modules())
            .containsOnlyKeys("embeddings", "encoder.layer.0", "encoder.layer.1");
      }
    }
  }

  @Test
  void tensorsOfAModuleAreOneGroup() {
    Map<String, List<Integer>> groups =
        ModuleGroups.of(
            List.of(
                "encoder.layer.0.aside.down.weight",
                "encoder.layer.0.aside.down.bias",
                "encoder.layer.0.aside.up.weight",
                "encoder.layer.0.attention.self.query.lora_A.weight",
                "encoder.layer.0.attention.self.query.lora_B.weight"),
            false);
    assertThat(groups)
        .containsExactly(
            Map.entry("encoder.layer.0.aside", List.of(0, 1, 2)),
            Map.entry("encoder.layer.0.attention.self.query", List.of(3, 4)));
  }
}
