package dev.freshet.training.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.model.encoder.BackboneShape;
import dev.freshet.model.encoder.BuiltInBackbone;
import dev.freshet.model.encoder.ModelFolder;
import dev.freshet.training.corpus.CorpusSize;
import dev.freshet.training.corpus.GeneratedCorpus;
import dev.freshet.training.optimise.StepReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainingTest {
  private static final PretrainSettings SETTINGS =
      new PretrainSettings(
          new BackboneShape(2, 32, 2, 64, 48),
          1500,
          new PretrainSettings.Stage(40, 8, 5e-3),
          new PretrainSettings.Stage(60, 24, 5e-3),
          0.05,
          7);

  private static PretrainTexts texts;
  @TempDir private Path folder;

  @BeforeAll
  static void generate() {
    texts = PretrainTexts.of(List.of(GeneratedCorpus.generate(new CorpusSize(300, 30), 3)));
  }

  private static void run(Path model, PretrainSettings settings, PretrainListener listener) {
    Pretraining.run(model, texts, settings, "cpu", listener);
  }

  private static final class Stop extends RuntimeException {}

  @Test
  void lossesFallAndWhatWasStoppedEndsAsWhatWasNot() throws IOException {
    Path through = folder.resolve("through");
    Map<PretrainStage, List<Double>> losses = new EnumMap<>(PretrainStage.class);
    run(
        through,
        SETTINGS,
        (stage, report, steps) ->
            losses.computeIfAbsent(stage, added -> new ArrayList<>()).add(report.loss()));

    for (List<Double> curve : losses.values()) {
      assertThat(mean(curve.subList(curve.size() - 5, curve.size())))
          .isLessThan(0.9 * mean(curve.subList(0, 5)));
    }
    assertThat(ModelFolder.read(through).config().layers()).isEqualTo(2);
    assertThat(through.resolve(".pretraining")).doesNotExist();

    Path stopped = folder.resolve("stopped");
    stopAt(stopped, PretrainStage.MASKED, 25);
    stopAt(stopped, PretrainStage.CONTRASTIVE, 10);
    List<Long> first = new ArrayList<>();
    run(stopped, SETTINGS, (stage, report, steps) -> first.add(report.step()));

    assertThat(first.get(0)).as("the masked stage is done, it is not run again").isEqualTo(1);
    assertThat(first).hasSize(60);
    for (String file :
        List.of("model.safetensors", "tokenizer.json", "config.json", "loss.csv", "loss.svg")) {
      assertThat(stopped.resolve(file)).hasSameBinaryContentAs(through.resolve(file));
    }
    List<String> rows = Files.readAllLines(through.resolve("loss.csv"));
    assertThat(rows).hasSize(1 + 40 + 60);
    assertThat(rows.get(41)).startsWith("contrastive,1,");
  }

  private static void stopAt(Path model, PretrainStage where, long step) {
    assertThatThrownBy(
            () ->
                run(
                    model,
                    SETTINGS,
                    (stage, report, steps) -> {
                      if (stage == where && report.step() == step) {
                        throw new Stop();
                      }
                    }))
        .isInstanceOf(Stop.class);
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  @Test
  void refusesAnotherRunsFolderAndAFinishedOne() {
    Path model = folder.resolve("model");
    stopAt(model, PretrainStage.MASKED, 1);
    PretrainSettings other =
        new PretrainSettings(
            SETTINGS.shape(), 1500, SETTINGS.masked(), SETTINGS.contrastive(), 0.05, 8);
    assertThatThrownBy(() -> run(model, other, PretrainListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unfinished run with seed = 7, now it is 8");

    PretrainSettings nothing =
        new PretrainSettings(
            new BackboneShape(1, 8, 1, 8, 16),
            1500,
            new PretrainSettings.Stage(0, 1, 1),
            new PretrainSettings.Stage(0, 1, 1),
            0.05,
            8);
    Path finished = folder.resolve("finished");
    run(finished, nothing, PretrainListener.NONE);
    assertThatThrownBy(() -> run(finished, nothing, PretrainListener.NONE))
        .hasMessageContaining("holds a finished model");
  }

  @Test
  void aSecondRunWaitsForItsTurn() {
    Path model = folder.resolve("model");
    PretrainListener meanwhile =
        (stage, report, steps) -> run(model, SETTINGS, PretrainListener.NONE);
    assertThatThrownBy(() -> run(model, SETTINGS, meanwhile))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("model is in use by another pretraining: stop that one");
    // The first has ended, by what its listener threw: the folder is free.
    stopAt(model, PretrainStage.MASKED, 1);
  }

  @Test
  void whatAKilledRunLeftHalfWrittenIsClearedAway() throws IOException {
    Path model = folder.resolve("model");
    stopAt(model, PretrainStage.MASKED, 1);
    String writer = "." + UUID.randomUUID() + ".tmp";
    Path state = Files.createFile(model.resolve(".pretraining/.state.safetensors" + writer));
    Path weights = Files.createFile(model.resolve(".model.safetensors" + writer));
    stopAt(model, PretrainStage.MASKED, 1);
    assertThat(state).doesNotExist();
    assertThat(weights).doesNotExist();
  }

  @Test
  void refusesAVocabularyThatCannotHoldTheCharacters() {
    PretrainSettings small =
        new PretrainSettings(
            new BackboneShape(1, 8, 1, 8, 16),
            40,
            SETTINGS.masked(),
            SETTINGS.contrastive(),
            0.05,
            8);
    assertThatThrownBy(() -> run(folder.resolve("model"), small, PretrainListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a vocabulary of 40 pieces");
  }

  /** Or the command of the README would not make the backbone that is brought along. */
  @Test
  void theBuiltInBackboneWasMadeOfTheDefaultsAndTheGeneratedCorpus() throws IOException {
    PretrainTexts corpus =
        PretrainTexts.of(List.of(GeneratedCorpus.generate(GeneratedCorpus.DEFAULT_SEED)));
    String recipe =
        PretrainWorkspace.recipe(corpus, PretrainSettings.builtIn()).toPrettyString() + "\n";
    assertThat(BuiltInBackbone.folder().resolve("pretraining.json")).hasContent(recipe);
  }

  @Test
  void rowsOfTheCurveAfterTheStateAreTakenBack() throws IOException {
    Path file = folder.resolve("loss.csv");
    Files.writeString(
        file,
        """
        stage,step,loss,learning_rate,gradient_norm
        masked,10,5.00000,1.000e-03,1.0000
        masked,20,4.00000,1.000e-03,1.0000
        contrastive,10,3.00000,1.000e-03,1.0000
        """);
    LossCurve curve = new LossCurve(file, new PretrainPosition(PretrainStage.MASKED, 10));
    curve.add(PretrainStage.MASKED, new StepReport(11, 2, 1e-3, 1), 11);
    curve.write();
    assertThat(file)
        .hasContent(
            """
            stage,step,loss,learning_rate,gradient_norm
            masked,10,5.00000,1.000e-03,1.0000
            masked,11,2.00000,1.000e-03,1.0000""");
  }
}
