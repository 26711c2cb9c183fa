package dev.freshet.model.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.util.NativeResource;
import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.SafetensorsFile;
import dev.freshet.model.checkpoint.SafetensorsWriter;
import dev.freshet.model.encoder.BackboneShape;
import dev.freshet.model.encoder.BertBackbone;
import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.BertModel;
import dev.freshet.model.encoder.BertModules;
import dev.freshet.model.encoder.GradientMode;
import dev.freshet.model.encoder.Pooling;
import dev.freshet.model.encoder.SeededBackbone;
import dev.freshet.model.encoder.Torch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TuningModelTest {
  /** Shared, because the engine compiles attention anew for every backbone. */
  private static BertBackbone backbone;

  @BeforeAll
  static void open() {
    backbone = TinyModels.backbone();
  }

  @AfterAll
  static void close() {
    backbone.close();
  }

  static Stream<Tuning> startingAsBackbone() {
    return TinyModels.startingAsBackbone();
  }

  static Stream<Tuning> oneOfEach() {
    return TinyModels.oneOfEach();
  }

  private static BertModel tuned(Tuning tuning, ModuleTensors tensors) {
    return new BertModel(backbone, tuning.bind(tensors, backbone.config()));
  }

  @ParameterizedTest
  @MethodSource("startingAsBackbone")
  void startsAsExactlyTheBackbone(Tuning tuning) {
    try (BertModel frozen = new BertModel(backbone, BertModules.NONE);
        BertModel model = tuned(tuning, ModuleTensors.initial(tuning, backbone, 5))) {
      for (Pooling pooling : Pooling.values()) {
        assertThat(model.embed(TinyModels.SEQUENCES, pooling))
            .isDeepEqualTo(frozen.embed(TinyModels.SEQUENCES, pooling));
      }
      assertThat(model.score(TinyModels.SEQUENCES, TinyModels.TYPES))
          .isEqualTo(frozen.score(TinyModels.SEQUENCES, TinyModels.TYPES));
    }
  }

  /** What the Javadoc says about prefixes: nobody should count on it. */
  @Test
  void prefixDoesNotStartAsTheBackbone() {
    Tuning tuning = Tuning.of(new PrefixTuning(4));
    try (BertModel frozen = new BertModel(backbone, BertModules.NONE);
        BertModel model = tuned(tuning, ModuleTensors.initial(tuning, backbone, 5))) {
      assertThat(model.embed(TinyModels.SEQUENCES, Pooling.MEAN)[0])
          .isNotEqualTo(frozen.embed(TinyModels.SEQUENCES, Pooling.MEAN)[0]);
    }
  }

  /** Every tensor takes part, or a module that is bound to nothing would pass the test above. */
  @ParameterizedTest
  @MethodSource("oneOfEach")
  void everyTensorChangesTheOutput(Tuning tuning) {
    ModuleTensors tensors = ModuleTensors.initial(tuning, backbone, 5);
    TinyModels.disturb(tensors, 0.1, 6);
    try (BertModel model = tuned(tuning, tensors)) {
      float before = summary(model);
      for (Map.Entry<String, NDArray> entry : tensors.arrays().entrySet()) {
        try (GradientMode off = GradientMode.off()) {
          entry.getValue().muli(1.5);
        }
        float after = summary(model);
        if (!hasNoEffect(entry.getKey())) {
          assertThat(after).as(entry.getKey()).isNotEqualTo(before);
        }
        before = after;
      }
    }
  }

  /** Softmax takes no notice of what shifts all scores of a query alike. */
  private static boolean hasNoEffect(String name) {
    return name.endsWith(".key.bias");
  }

  private static float summary(BertModel model) {
    float sum = 0;
    for (float[] vector : model.embed(TinyModels.SEQUENCES, Pooling.MEAN)) {
      for (int i = 0; i < vector.length; i++) {
        sum += (i + 1) * vector[i];
      }
    }
    for (float score : model.score(TinyModels.SEQUENCES, TinyModels.TYPES)) {
      sum += 3 * score;
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("oneOfEach")
  void trainingLeavesFrozenTensorsBitIdentical(Tuning tuning) {
    ModuleTensors tensors = ModuleTensors.initial(tuning, backbone, 7);
    try (BertModel model = tuned(tuning, tensors)) {
      TinyModels.disturb(tensors, 0.02, 8);
      Map<String, String> frozen = new TreeMap<>();
      backbone.names().forEach(name -> frozen.put(name, sha256(backbone.tensor(name))));
      Map<String, String> trained = new TreeMap<>();
      tensors.arrays().forEach((name, array) -> trained.put(name, sha256(array)));
      float first = step(model, tensors);
      step(model, tensors);
      assertThat(step(model, tensors)).as("loss after two steps").isLessThan(first);
      backbone
          .names()
          .forEach(
              name ->
                  assertThat(sha256(backbone.tensor(name))).as(name).isEqualTo(frozen.get(name)));
      tensors
          .arrays()
          .forEach(
              (name, array) -> {
                if (!hasNoEffect(name)) {
                  assertThat(sha256(array)).as(name).isNotEqualTo(trained.get(name));
                }
              });
    }
  }

  /** One step of gradient descent on the squared length of vectors and scores. */
  private static float step(BertModel model, ModuleTensors tensors) {
    float loss;
    try (NDManager scope = Torch.newManager(Device.cpu());
        GradientCollector collector = Torch.engine().newGradientCollector()) {
      NDArray vectors = model.embed(scope, TinyModels.SEQUENCES, Pooling.MEAN);
      NDArray scores = model.score(scope, TinyModels.SEQUENCES, TinyModels.TYPES);
      NDArray sum = vectors.mul(vectors).sum().add(scores.mul(scores).sum());
      collector.backward(sum);
      loss = sum.toFloatArray()[0];
    }
    try (GradientMode off = GradientMode.off()) {
      for (NDArray array : tensors.arrays().values()) {
        try (NDArray gradient = array.getGradient();
            NDArray change = gradient.mul(1e-3)) {
          array.subi(change);
          gradient.subi(gradient);
        }
      }
    }
    return loss;
  }

  private static String sha256(NDArray array) {
    ByteBuffer bytes = array.toByteBuffer();
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("oneOfEach")
  void checkpointGivesTheSameVectors(Tuning tuning, @TempDir Path folder) {
    Path file = folder.resolve("modules.safetensors");
    ModuleTensors tensors = ModuleTensors.initial(tuning, backbone, 9);
    TinyModels.disturb(tensors, 0.1, 10);
    SafetensorsWriter.write(file, tensors.toWrite(""), Map.of());
    try (BertModel model = tuned(tuning, tensors);
        BertModel loaded =
            tuned(tuning, ModuleTensors.load(tuning, backbone, SafetensorsFile.open(file)))) {
      assertThat(loaded.embed(TinyModels.SEQUENCES, Pooling.MEAN))
          .isDeepEqualTo(model.embed(TinyModels.SEQUENCES, Pooling.MEAN));
    }
  }

  @ParameterizedTest
  @MethodSource("oneOfEach")
  void checkpointIsTrainedFurtherWithoutBeingChanged(Tuning tuning, @TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("modules.safetensors");
    try (ModuleTensors tensors = ModuleTensors.initial(tuning, backbone, 9)) {
      TinyModels.disturb(tensors, 0.1, 10);
      SafetensorsWriter.write(file, tensors.toWrite("query."), Map.of());
    }
    byte[] before = Files.readAllBytes(file);
    ModuleTensors further =
        ModuleTensors.loadTrainable(tuning, backbone, SafetensorsFile.open(file), "query.");
    try (BertModel model = tuned(tuning, further)) {
      float first = step(model, further);
      step(model, further);
      assertThat(step(model, further)).isLessThan(first);
    }
    assertThat(file).hasBinaryContent(before);
  }

  /** What modules make on the way they close, so that a long batch does not pile it up. */
  @ParameterizedTest
  @MethodSource("oneOfEach")
  void leavesNoMoreArraysBehindThanTheFrozenModel(Tuning tuning) {
    try (BertModel frozen = new BertModel(backbone, BertModules.NONE);
        BertModel model = tuned(tuning, ModuleTensors.initial(tuning, backbone, 11))) {
      assertThat(arraysLeft(model)).isEqualTo(arraysLeft(frozen));
    }
  }

  private static int arraysLeft(BertModel model) {
    try (NDManager scope = Torch.newManager(Device.cpu())) {
      model.embed(scope, TinyModels.SEQUENCES, Pooling.MEAN);
      return scope.getManagedArrays().size();
    }
  }

  @Test
  void closingAModelFreesItsModulesAndNothingElse() {
    Tuning tuning = Tuning.of(new IaaL(4, 5));
    ModuleTensors tensors = ModuleTensors.initial(tuning, backbone, 5);
    List<NDArray> modules = List.copyOf(tensors.arrays().values());
    tuned(tuning, tensors).close();
    assertThat(modules).allMatch(TuningModelTest::isFreed);
    assertThat(backbone.names()).noneMatch(name -> isFreed(backbone.tensor(name)));
  }

  private static boolean isFreed(NDArray array) {
    return ((NativeResource<?>) array).isReleased();
  }

  @Test
  void tensorsOfAnotherTuningAreNotBound() {
    try (ModuleTensors tensors = ModuleTensors.initial(Tuning.of(new Adapter(4)), backbone, 12)) {
      assertThatThrownBy(() -> Tuning.of(new IaaL(4, 5)).bind(tensors, backbone.config()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("encoder.layer.0.aside.down.weight");
    }
  }

  @Test
  void checkpointOfAnotherMethodIsRefused(@TempDir Path folder) {
    Path file = folder.resolve("modules.safetensors");
    Tuning saved = Tuning.of(new IaaL(4, 5));
    try (ModuleTensors tensors = ModuleTensors.initial(saved, backbone, 13)) {
      SafetensorsWriter.write(file, tensors.toWrite(""), Map.of());
    }
    SafetensorsFile written = SafetensorsFile.open(file);
    assertThatThrownBy(() -> ModuleTensors.load(Tuning.of(new Adapter(4)), backbone, written))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("encoder.layer.2.aside.up.weight");
    assertThatThrownBy(() -> ModuleTensors.load(Tuning.of(new IaaL(4, 6)), backbone, written))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("encoder.layer.0.aside.down.weight has shape [5, 24]");
    assertThatThrownBy(() -> ModuleTensors.load(Tuning.of(new IaaS(4, 5)), backbone, written))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("has no tensor encoder.layer.0.attention.aside.down.weight");
  }

  @Test
  void startsAreEqualForEqualSeedsOnly() {
    Tuning tuning = Tuning.of(new Adapter(4)).withDeviation(0.5);
    try (ModuleTensors first = ModuleTensors.initial(tuning, backbone, 1);
        ModuleTensors same = ModuleTensors.initial(tuning, backbone, 1);
        ModuleTensors other = ModuleTensors.initial(tuning, backbone, 2)) {
      String name = "encoder.layer.1.output.adapter.down.weight";
      assertThat(sha256(same.get(name))).isEqualTo(sha256(first.get(name)));
      assertThat(sha256(other.get(name))).isNotEqualTo(sha256(first.get(name)));
      double squares = 0;
      for (float value : first.get(name).toFloatArray()) {
        squares += value * value;
      }
      // 96 draws: three standard errors of a deviation estimated from them are 0.11.
      assertThat(Math.sqrt(squares / 96)).isBetween(0.39, 0.61);
    }
  }

  @Test
  void modulesBringTheHeadThatABackboneLacks(@TempDir Path folder) {
    SeededBackbone.write(folder, new BackboneShape(1, 8, 2, 8, 16), 3, null);
    BertConfig config = BertConfig.read(folder.resolve("config.json"));
    SafetensorsFile file = SafetensorsFile.open(folder.resolve("model.safetensors"));
    Tuning tuning = Tuning.of(new IaaL(2, 3)).withHead();
    try (BertBackbone headless = BertBackbone.open(config, file, Device.cpu());
        BertModel frozen = new BertModel(headless, BertModules.NONE)) {
      assertThatThrownBy(() -> frozen.score(TinyModels.SEQUENCES, TinyModels.TYPES))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("classifier");
      ModuleTensors tensors = ModuleTensors.initial(tuning, headless, 4);
      try (BertModel model = new BertModel(headless, tuning.bind(tensors, config))) {
        assertThat(model.score(TinyModels.SEQUENCES, TinyModels.TYPES)).hasSize(3);
      }
    }
  }
}
