package dev.freshet.model.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.freshet.model.encoder.BertBackbone;
import dev.freshet.model.encoder.BertModel;
import dev.freshet.model.encoder.GradientMode;
import dev.freshet.model.encoder.Pooling;
import dev.freshet.model.encoder.Torch;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds gradients against central differences, all in float64. */
class GradientTest {
  /** Shared, because the engine compiles attention anew for every backbone. */
  private static BertBackbone backbone;

  @BeforeAll
  static void open() {
    backbone = TinyModels.doubleBackbone();
  }

  @AfterAll
  static void close() {
    backbone.close();
  }

  /** The difference quotient's own error is about its square, times the third derivative. */
  private static final double STEP = 1e-5;

  /** A hundred times what is seen; a term that is missing would be about as large as a gradient. */
  private static final double TOLERANCE = 1e-6;

  /** Of every tensor: those with the largest gradients, and as many at random. */
  private static final int ELEMENTS = 2;

  static Stream<Tuning> tunings() {
    return TinyModels.oneOfEach();
  }

  @ParameterizedTest
  @MethodSource("tunings")
  void everyTensorHasTheGradientOfTheDifferenceQuotient(Tuning tuning) {
    ModuleTensors tensors = ModuleTensors.initial(tuning, backbone, 1);
    TinyModels.disturb(tensors, 0.1, 2);
    try (BertModel model = new BertModel(backbone, tuning.bind(tensors, backbone.config()))) {
      Map<String, double[]> gradients = gradients(model, tensors);
      Random random = new Random(3);
      gradients.forEach(
          (name, gradient) -> check(model, name, tensors.get(name), gradient, random));
    }
  }

  private static void check(
      BertModel model, String name, NDArray tensor, double[] gradient, Random random) {
    List<Integer> largestFirst =
        IntStream.range(0, gradient.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -Math.abs(gradient[i])))
            .toList();
    if (!name.endsWith(".key.bias")) {
      // Softmax is the same for scores that are all shifted, so a key's bias has no effect.
      assertThat(Math.abs(gradient[largestFirst.get(0)])).as(name).isGreaterThan(1e-4);
    }
    IntStream chosen =
        IntStream.concat(
            largestFirst.stream().limit(ELEMENTS).mapToInt(i -> i),
            random.ints(ELEMENTS, 0, gradient.length));
    chosen.forEach(
        i -> {
          double quotient =
              (lossAt(model, tensor, i, STEP) - lossAt(model, tensor, i, -STEP)) / (2 * STEP);
          assertThat(Math.abs(gradient[i] - quotient))
              .as("%s[%d]: gradient %s, quotient %s", name, i, gradient[i], quotient)
              .isLessThan(TOLERANCE * Math.max(1, Math.abs(quotient)));
        });
  }

  private static double lossAt(BertModel model, NDArray tensor, int element, double shift) {
    double[] direction = new double[Math.toIntExact(tensor.size())];
    direction[element] = shift;
    try (NDManager scope = Torch.newManager(Device.cpu());
        GradientMode off = GradientMode.off()) {
      NDArray change = scope.create(direction, tensor.getShape());
      tensor.addi(change);
      double loss = loss(model, scope).toDoubleArray()[0];
      tensor.subi(change);
      return loss;
    }
  }

  private static Map<String, double[]> gradients(BertModel model, ModuleTensors tensors) {
    Map<String, double[]> gradients = new HashMap<>();
    try (NDManager scope = Torch.newManager(Device.cpu());
        GradientCollector collector = Torch.engine().newGradientCollector()) {
      collector.backward(loss(model, scope));
      tensors
          .arrays()
          .forEach((name, array) -> gradients.put(name, array.getGradient().toDoubleArray()));
    }
    return gradients;
  }

  /** Means, and the scores of first tokens, each element with a weight of its own. */
  private static NDArray loss(BertModel model, NDManager scope) {
    NDArray mean = model.embed(scope, TinyModels.SEQUENCES, Pooling.MEAN);
    NDArray scores = model.score(scope, TinyModels.SEQUENCES, TinyModels.TYPES);
    return weighted(mean, 1).add(weighted(scores, 2));
  }

  private static NDArray weighted(NDArray values, double seed) {
    Shape shape = values.getShape();
    double[] weights =
        IntStream.range(0, (int) shape.size()).mapToDouble(i -> Math.sin(seed + 1.7 * i)).toArray();
    return values.mul(values.getManager().create(weights, shape)).sum();
  }
}
