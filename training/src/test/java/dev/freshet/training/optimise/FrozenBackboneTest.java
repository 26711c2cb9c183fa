package dev.freshet.training.optimise;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.freshet.model.checkpoint.SafetensorsFile;
import dev.freshet.model.checkpoint.Sha256;
import dev.freshet.model.encoder.BackboneShape;
import dev.freshet.model.encoder.BertBackbone;
import dev.freshet.model.encoder.BertModel;
import dev.freshet.model.encoder.ModelFolder;
import dev.freshet.model.encoder.Pooling;
import dev.freshet.model.encoder.SeededBackbone;
import dev.freshet.model.encoder.Torch;
import dev.freshet.model.tuning.ConnectedStream;
import dev.freshet.model.tuning.FullFineTuning;
import dev.freshet.model.tuning.IaaL;
import dev.freshet.model.tuning.Lora;
import dev.freshet.model.tuning.MamAdapter;
import dev.freshet.model.tuning.ModuleTensors;
import dev.freshet.model.tuning.Tuning;
import dev.freshet.model.tuning.TuningMethod;
import dev.freshet.training.loss.InfoNce;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A hundred steps of the optimiser that trains in earnest leave the backbone as it was. */
class FrozenBackboneTest {
  private static final int STEPS = 100;

  /** One of each way into the forward pass: substitutes, projections, prefix, modules, stream. */
  static List<TuningMethod> methods() {
    return List.of(
        new FullFineTuning(),
        Lora.onQueryAndValue(4, 8),
        new MamAdapter(4, 8, 4),
        new IaaL(4, 8),
        new ConnectedStream(4, 8));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void onlyModulesChange(TuningMethod method, @TempDir Path model) throws IOException {
    Tuning tuning = Tuning.of(method).withWordRank(2);
    SeededBackbone.write(model, new BackboneShape(2, 16, 4, 24, 64), 3, null);
    ModelFolder folder = ModelFolder.read(model);
    String file = Sha256.of(folder.weights());
    List<Double> losses = new ArrayList<>();
    try (BertBackbone backbone =
        BertBackbone.open(folder.config(), SafetensorsFile.open(folder.weights()), Device.cpu())) {
      Map<String, String> before = digests(backbone);
      ModuleTensors modules = ModuleTensors.initial(tuning, backbone, 1);
      try (BertModel tuned = new BertModel(backbone, tuning.bind(modules, folder.config()));
          AdamW optimiser = new AdamW(modules.arrays(), AdamW.Settings.defaults())) {
        Objective objective = matching(tuned, folder.config().vocabulary());
        new TrainingRun(objective, optimiser, new LearningRate(1e-2, 5, STEPS))
            .run(report -> losses.add(report.loss()));
      }
      assertThat(digests(backbone)).isEqualTo(before);
    }
    assertThat(Sha256.of(folder.weights())).isEqualTo(file);
    assertThat(losses).hasSize(STEPS);
    assertThat(losses.get(STEPS - 1)).isLessThan(0.9 * losses.get(0));
  }

  /** The same four pairs of token sequences, which have nothing in common, at every step. */
  private static Objective matching(BertModel model, int vocabulary) {
    Random random = new Random(2);
    List<int[]> left = sequences(random, vocabulary);
    List<int[]> right = sequences(random, vocabulary);
    return step -> {
      try (NDManager scope = Torch.newManager(Device.cpu())) {
        NDArray queries = PartwiseEmbedding.embed(scope, model, left, Pooling.MEAN);
        NDArray candidates = PartwiseEmbedding.embed(scope, model, right, Pooling.MEAN);
        NDArray loss = new InfoNce(0.1).symmetric(queries, candidates);
        Gradients.flow(loss);
        return loss.getFloat();
      }
    };
  }

  private static List<int[]> sequences(Random random, int vocabulary) {
    return IntStream.range(0, 4)
        .mapToObj(i -> random.ints(4 + i, 5, vocabulary).toArray())
        .toList();
  }

  private static Map<String, String> digests(BertBackbone backbone) {
    Map<String, String> digests = new TreeMap<>();
    backbone.names().forEach(name -> digests.put(name, sha256(backbone.tensor(name))));
    return digests;
  }

  private static String sha256(NDArray tensor) {
    float[] values = tensor.toFloatArray();
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
    bytes.asFloatBuffer().put(values);
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
