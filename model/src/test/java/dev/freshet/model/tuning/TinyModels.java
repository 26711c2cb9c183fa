package dev.freshet.model.tuning;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import dev.freshet.model.checkpoint.SafetensorsFile;
import dev.freshet.model.encoder.BertBackbone;
import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.GradientMode;
import dev.freshet.model.encoder.Projection;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** The tiny backbone of the golden files, and one tuning of every kind for it. */
final class TinyModels {
  static final Path FOLDER = Path.of("src/test/resources/golden/tiny");

  /** Of different lengths, so that there is padding. */
  static final List<int[]> SEQUENCES =
      List.of(new int[] {5, 7, 11, 13, 17}, new int[] {19, 23, 5}, new int[] {3});

  static final List<int[]> TYPES =
      List.of(new int[] {0, 0, 1, 1, 1}, new int[] {0, 1, 1}, new int[] {0});

  private TinyModels() {}

  static BertConfig config() {
    return BertConfig.read(FOLDER.resolve("config.json"));
  }

  static SafetensorsFile weights() {
    return SafetensorsFile.open(FOLDER.resolve("model.safetensors"));
  }

  static BertBackbone backbone() {
    return BertBackbone.open(config(), weights(), Device.cpu());
  }

  static BertBackbone doubleBackbone() {
    return BertBackbone.openInDoublePrecision(config(), weights(), Device.cpu());
  }

  /** Those that begin as their backbone, bit by bit. */
  static Stream<Tuning> startingAsBackbone() {
    Lora lora = new Lora(2, 3, LoraScaling.CLASSIC, List.of(Projection.KEY, Projection.VALUE));
    return Stream.of(
            new FullFineTuning(),
            new BitFit(),
            new PrefixTuning(0),
            new Adapter(4),
            new Adapter(0),
            Lora.onQueryAndValue(3, 6),
            lora,
            new MamAdapter(0, 5, 4),
            new IaaS(4, 5),
            new IaaS(0, 5),
            new IaaL(4, 5),
            new IaaL(4, 0),
            new IaaL(0, lora, 5),
            new IaaM(4, 6),
            new IaaM(3, lora, 0),
            new IaaM(0, Lora.onQueryAndValue(2, 4), 6),
            new ConnectedStream(4, 5),
            new ConnectedStream(4, 0),
            new ConnectedStream(0, lora, 5))
        .flatMap(
            method -> Stream.of(Tuning.of(method), Tuning.of(method).withWordRank(3).withHead()));
  }

  /** One of every method, with all that can go along with it. */
  static Stream<Tuning> oneOfEach() {
    return Stream.of(
            new FullFineTuning(),
            new BitFit(),
            new PrefixTuning(4),
            new Adapter(4),
            new Lora(3, 6, LoraScaling.RANK_STABILISED, List.of(Projection.values())),
            new MamAdapter(4, 5, 4),
            new IaaS(4, 5),
            new IaaL(4, 5),
            new IaaM(0, Lora.onQueryAndValue(2, 4), 6),
            new ConnectedStream(4, 5))
        .map(method -> Tuning.of(method).withWordRank(3).withHead());
  }

  /** Moves every tensor away from where it starts, so that nothing is zero by construction. */
  static void disturb(ModuleTensors tensors, double deviation, long seed) {
    Random random = new Random(seed);
    try (GradientMode off = GradientMode.off()) {
      for (Map.Entry<String, NDArray> entry : tensors.arrays().entrySet()) {
        NDArray array = entry.getValue();
        double[] noise = new double[Math.toIntExact(array.size())];
        for (int i = 0; i < noise.length; i++) {
          noise[i] = deviation * random.nextGaussian();
        }
        try (NDArray made = array.getManager().create(noise, array.getShape());
            NDArray typed = made.toType(array.getDataType(), true)) {
          array.addi(typed);
        }
      }
    }
  }
}
