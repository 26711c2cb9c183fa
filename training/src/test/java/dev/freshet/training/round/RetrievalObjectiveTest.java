package dev.freshet.training.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.model.encoder.GradientMode;
import dev.freshet.model.encoder.Torch;
import dev.freshet.model.tuning.FullFineTuning;
import dev.freshet.model.tuning.Tuning;
import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.Judgement;
import dev.freshet.training.loss.InfoNce;
import dev.freshet.training.optimise.Gradients;
import dev.freshet.training.sampling.Relevance;
import dev.freshet.training.sampling.TrainingExample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetrievalObjectiveTest {
  private static final CorpusCollection COLLECTION = TinyWorld.collection(40);
  private static final List<TrainingExample> EXAMPLES = TinyWorld.examples(COLLECTION);
  private static final Relevance NONE = Relevance.ofJudgements(List.of());

  @TempDir private Path folder;

  /** A loss with the gradients of all tensors. */
  private record Pass(double loss, List<float[]> gradients) {}

  private static Pass pass(Backbone backbone, ModuleSides sides, RetrievalSettings settings) {
    List<TrainingExample> mined = new ArrayList<>();
    EXAMPLES.forEach(
        example -> mined.add(example.withNegatives(COLLECTION.documents().subList(0, 3))));
    Tuning everything = Tuning.of(new FullFineTuning());
    try (TunedModel model = TunedModel.initial(backbone, everything, sides, 1);
        RoundObjective objective = new RetrievalObjective(model, mined, NONE, settings, 1)) {
      Gradients gradients = new Gradients(model.trainable().values());
      double loss;
      try (GradientMode on = GradientMode.on()) {
        loss = objective.backward(0);
      }
      assertThat(objective.loss(0)).isCloseTo(loss, within(1e-6));
      return new Pass(loss, gradients.values());
    }
  }

  /** The batch is several parts, so that it matters how they meet. */
  @ParameterizedTest
  @EnumSource(ModuleSides.class)
  void cachedGradientsAreThoseOfOnePass(ModuleSides sides) {
    try (Backbone backbone = TinyWorld.backbone(folder)) {
      Pass whole = pass(backbone, sides, new RetrievalSettings(40, 0.1, 2, false));
      Pass cached = pass(backbone, sides, new RetrievalSettings(40, 0.1, 2, true));
      assertThat(cached.loss()).isCloseTo(whole.loss(), within(1e-5));
      double largest = 0;
      double apart = 0;
      for (int i = 0; i < whole.gradients().size(); i++) {
        float[] expected = whole.gradients().get(i);
        float[] found = cached.gradients().get(i);
        for (int j = 0; j < expected.length; j++) {
          largest = Math.max(largest, Math.abs(expected[j]));
          apart = Math.max(apart, Math.abs(expected[j] - found[j]));
        }
      }
      assertThat(apart).isLessThan(1e-5);
      assertThat(largest).isGreaterThan(1e-2);
    }
  }

  @Test
  void aKnownAnswerIsNoNegative() {
    TrainingExample first = EXAMPLES.get(0);
    TrainingExample second = EXAMPLES.get(1);
    Relevance relevance = Relevance.ofJudgements(List.of(new Judgement("q0", "d1", 1)));
    CorpusDocument hard = COLLECTION.documents().get(7);
    RetrievalBatch batch =
        RetrievalBatch.of(
            List.of(first, second.withNegatives(List.of(hard, first.positive()))),
            relevance,
            2,
            new Random(1));
    assertThat(batch.candidates()).containsExactly(first.positive(), second.positive(), hard);
    assertThat(batch.queries()).containsExactly(first.query().text(), second.query().text());
    assertThat(batch.targets().size()).isEqualTo(2);
    // q0 has d0 and knows of d1: the hard one is left to be told from. q1 has all three.
    assertThat(lossOfLikeness(batch)).isEqualTo((Math.log(2) + Math.log(3)) / 2, within(1e-6));
    assertThat(batch.targets().chance()).isEqualTo(lossOfLikeness(batch), within(1e-6));
  }

  /** Of the 20 queries of a batch half are answered by one document. */
  @Test
  void chanceCountsADocumentOnceHoweverManyQueriesItAnswers() {
    List<TrainingExample> examples = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      examples.add(
          new TrainingExample(
              COLLECTION.queries().get(i),
              COLLECTION.documents().get(Math.max(0, i - 9)),
              List.of(COLLECTION.documents().get(30)),
              1));
    }
    RetrievalSettings settings = new RetrievalSettings(20, 0.1, 1, false);
    try (Backbone backbone = TinyWorld.backbone(folder);
        TunedModel model = TunedModel.frozen(backbone);
        RoundObjective objective = new RetrievalObjective(model, examples, NONE, settings, 1)) {
      assertThat(objective.chance()).isEqualTo(Math.log(11 + 1), within(1e-6));
    }
  }

  /** Where every query is as near to every candidate. */
  private static double lossOfLikeness(RetrievalBatch batch) {
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      NDArray queries = manager.ones(new Shape(batch.queries().size(), 4));
      NDArray candidates = manager.ones(new Shape(batch.candidates().size(), 4));
      return new InfoNce(1).weighted(queries, candidates, batch.targets()).toFloatArray()[0];
    }
  }
}
