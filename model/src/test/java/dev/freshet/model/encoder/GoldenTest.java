package dev.freshet.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.model.checkpoint.SafetensorsFile;
import dev.freshet.model.tuning.ModuleTensors;
import dev.freshet.model.tuning.Tuning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the encoder, frozen and with the modules of every method, against reference outputs that
 * were computed in float64 by other code.
 *
 * <p>More case folders are taken from the folder in the system property {@code golden.dir}; {@code
 * golden.device} is where to compute, {@code gpu:0} say, the processor by default.
 */
class GoldenTest {
  /** At the reference shape of 3 layers of width 24. */
  private static final double TOLERANCE = 1e-5;

  static Stream<Path> cases() throws IOException {
    List<Path> folders = new ArrayList<>();
    folders.add(Path.of("src/test/resources/golden/tiny"));
    String more = System.getProperty("golden.dir");
    if (more != null) {
      try (Stream<Path> found = Files.walk(Path.of(more))) {
        found.filter(p -> p.endsWith("expected.json")).map(Path::getParent).forEach(folders::add);
      }
      assertThat(folders).as("cases in golden.dir %s", more).hasSizeGreaterThan(1);
    }
    return folders.stream();
  }

  static Stream<Arguments> methods() throws IOException {
    return cases()
        .flatMap(
            folder -> {
              List<Arguments> found = new ArrayList<>();
              JsonFiles.read(folder.resolve("expected.json"))
                  .get("methods")
                  .fieldNames()
                  .forEachRemaining(method -> found.add(Arguments.of(folder, method)));
              assertThat(found).as("methods of %s", folder).hasSize(9);
              return found.stream();
            });
  }

  static Stream<Arguments> tunedMethods() throws IOException {
    return methods().filter(arguments -> !arguments.get()[1].equals("frozen"));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void statesVectorsAndScoresMatchTheReference(Path folder, String method) {
    JsonNode expected = JsonFiles.read(folder.resolve("expected.json"));
    JsonNode wanted = expected.get("methods").get(method);
    List<int[]> sequences = sequences(expected);
    assertThat(sequences.stream().map(s -> s.length).distinct().count())
        .as("a batch of mixed lengths")
        .isGreaterThan(1);
    try (BertModel model = open(folder, method)) {
      double limit = tolerance(model.config());
      assertClose(model.lastHiddenStates(sequences), wanted.get("last_hidden_state"), limit);
      float[][] mean = unit(model.embed(sequences, Pooling.MEAN));
      assertClose(mean, wanted.get("mean_pooled_normalised"), limit);
      float[][] cls = unit(model.embed(sequences, Pooling.CLS));
      assertClose(cls, wanted.get("cls_pooled_normalised"), limit);
      float[] scores = model.score(sequences, rows(expected, "token_type_ids"));
      assertClose(new float[][] {scores}, array(wanted.get("cross_encoder_score")), limit);
    }
  }

  @ParameterizedTest
  @MethodSource("tunedMethods")
  void trainsAsManyParametersAsTheReference(Path folder, String method) {
    BertConfig config = BertConfig.read(folder.resolve("config.json"));
    JsonNode wanted = JsonFiles.read(folder.resolve("expected.json")).get("methods").get(method);
    assertThat(tuning(folder, method).parameters(config).total())
        .isEqualTo(wanted.get("trainable_parameters").asLong());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void companyInTheBatchDoesNotChangeAVector(Path folder) {
    List<int[]> sequences = sequences(JsonFiles.read(folder.resolve("expected.json")));
    try (BertModel model = open(folder)) {
      float[][] together = model.embed(sequences, Pooling.MEAN);
      for (int i = 0; i < sequences.size(); i++) {
        float[] alone = model.embed(List.of(sequences.get(i)), Pooling.MEAN)[0];
        assertThat(maxDifference(alone, together[i])).isLessThan(tolerance(model.config()));
      }
    }
  }

  @Test
  void partsHoldEverySequenceInOrderWithinTheirBudget() {
    Random random = new Random(2);
    List<int[]> sequences = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      sequences.add(new int[1 + random.nextInt(i % 50 == 0 ? 2000 : 200)]);
    }
    List<List<int[]>> parts = BertModel.parts(sequences);
    assertThat(parts.stream().flatMap(List::stream).toList()).isEqualTo(sequences);
    assertThat(parts)
        .allSatisfy(
            part -> {
              int longest = part.stream().mapToInt(s -> s.length).max().orElseThrow();
              assertThat(part.size() == 1 || longest * part.size() <= 1024).isTrue();
            });
    assertThat(BertModel.parts(List.of())).isEmpty();
  }

  static BertModel open(Path folder) {
    return new BertModel(
        BertConfig.read(folder.resolve("config.json")),
        SafetensorsFile.open(folder.resolve("model.safetensors")),
        device());
  }

  private static Device device() {
    return Torch.device(System.getProperty("golden.device", "cpu"));
  }

  private static Tuning tuning(Path folder, String method) {
    return Tuning.parse(JsonFiles.read(folder.resolve("modules-" + method + ".json")));
  }

  private static BertModel open(Path folder, String method) {
    if (method.equals("frozen")) {
      return open(folder);
    }
    Tuning tuning = tuning(folder, method);
    BertConfig config = BertConfig.read(folder.resolve("config.json"));
    SafetensorsFile weights = SafetensorsFile.open(folder.resolve("model.safetensors"));
    SafetensorsFile modules =
        SafetensorsFile.open(folder.resolve("modules-" + method + ".safetensors"));
    try (BertBackbone backbone = BertBackbone.open(config, weights, device())) {
      ModuleTensors tensors = ModuleTensors.load(tuning, backbone, modules);
      return new BertModel(backbone, tuning.bind(tensors, config));
    }
  }

  private static JsonNode array(JsonNode row) {
    return JsonFiles.JSON.createArrayNode().add(row);
  }

  static List<int[]> sequences(JsonNode expected) {
    return rows(expected, "input_ids");
  }

  /** The rows of that field, without what stands on padding. */
  private static List<int[]> rows(JsonNode expected, String field) {
    List<int[]> sequences = new ArrayList<>();
    for (int row = 0; row < expected.get("input_ids").size(); row++) {
      int tokens = 0;
      for (JsonNode keep : expected.get("attention_mask").get(row)) {
        tokens += keep.asInt();
      }
      int[] ids = new int[tokens];
      Arrays.setAll(ids, new RowReader(expected.get(field).get(row))::id);
      sequences.add(ids);
    }
    return sequences;
  }

  private record RowReader(JsonNode row) {
    int id(int i) {
      return row.get(i).asInt();
    }
  }

  private static float[][] unit(float[][] vectors) {
    return Arrays.stream(vectors).map(UnitVectors::normalise).toArray(float[][]::new);
  }

  /**
   * What float32 allows: rounding grows with the root of the number of sums and of their length.
   * NumPy in float32 is 5e-5 away from itself in float64 at 6 layers of width 384, where this
   * yields 5.7e-5.
   */
  private static double tolerance(BertConfig config) {
    return TOLERANCE * Math.max(1, Math.sqrt(config.hidden() / 24.0 * config.layers() / 3.0));
  }

  private static void assertClose(float[][] actual, JsonNode expected, double limit) {
    assertThat(actual).hasNumberOfRows(expected.size());
    for (int row = 0; row < actual.length; row++) {
      float[] wanted = flatten(expected.get(row));
      assertThat(actual[row]).hasSameSizeAs(wanted);
      assertThat(maxDifference(actual[row], wanted)).as("row %d", row).isLessThan(limit);
    }
  }

  private static float[] flatten(JsonNode node) {
    List<Float> values = new ArrayList<>();
    collect(node, values);
    float[] flat = new float[values.size()];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = values.get(i);
    }
    return flat;
  }

  private static void collect(JsonNode node, List<Float> values) {
    if (node.isArray()) {
      node.forEach(item -> collect(item, values));
    } else {
      values.add((float) node.asDouble());
    }
  }

  private static double maxDifference(float[] a, float[] b) {
    double worst = 0;
    for (int i = 0; i < a.length; i++) {
      // Math.max keeps a NaN, so it cannot hide.
      worst = Math.max(worst, Math.abs((double) a[i] - b[i]));
    }
    return worst;
  }
}
