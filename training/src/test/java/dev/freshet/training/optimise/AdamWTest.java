package dev.freshet.training.optimise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.SafetensorsFile;
import dev.freshet.model.checkpoint.SafetensorsWriter;
import dev.freshet.model.encoder.GradientMode;
import dev.freshet.model.encoder.Scalars;
import dev.freshet.model.encoder.Torch;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdamWTest {
  private static final AdamW.Settings SETTINGS = new AdamW.Settings(0.9, 0.99, 1e-8, 0.1, 1);
  private static final float[] WEIGHT = {0.5f, -1f, 2f, 0.25f};
  private static final float[] BIAS = {0.3f, -0.2f};

  private final NDManager manager = Torch.newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  private Map<String, NDArray> parameters() {
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    parameters.put("layer.weight", manager.create(WEIGHT, new Shape(2, 2)));
    parameters.put("layer.bias", manager.create(BIAS));
    parameters.values().forEach(array -> array.setRequiresGradient(true));
    return parameters;
  }

  private static NDArray array(Map<String, NDArray> parameters, String name) {
    return Objects.requireNonNull(parameters.get(name));
  }

  private static float[] values(Map<String, NDArray> parameters, String name) {
    return array(parameters, name).toFloatArray();
  }

  /** Half the sum of squares, so the gradient of a parameter is the parameter, times a factor. */
  private static void flow(Map<String, NDArray> parameters, double factor) {
    try (GradientMode on = GradientMode.on()) {
      NDArray squares =
          parameters.values().stream()
              .map(array -> array.square().sum())
              .reduce(NDArray::add)
              .orElseThrow();
      Gradients.flow(Scalars.times(squares, factor / 2));
    }
  }

  @Test
  void stepsAreThoseOfThePublishedAlgorithm() {
    Map<String, NDArray> parameters = parameters();
    Reference reference = new Reference();
    try (AdamW optimiser = new AdamW(parameters, SETTINGS)) {
      for (int step = 1; step <= 20; step++) {
        double rate = 0.01 * step;
        flow(parameters, step);
        double norm = optimiser.step(rate);
        assertThat(norm).isCloseTo(reference.step(step, rate), within(1e-4));
      }
      assertThat(optimiser.steps()).isEqualTo(20);
    }
    assertThat(values(parameters, "layer.weight"))
        .usingComparatorWithPrecision(1e-5f)
        .containsExactly(reference.floats(0, 4));
    assertThat(values(parameters, "layer.bias"))
        .usingComparatorWithPrecision(1e-5f)
        .containsExactly(reference.floats(4, 6));
  }

  /** Loshchilov and Hutter's algorithm 2 after clipping by the global norm, in float64. */
  private static final class Reference {
    private final double[] x = {0.5, -1, 2, 0.25, 0.3, -0.2};
    private final double[] mean = new double[6];
    private final double[] variance = new double[6];

    double step(int step, double rate) {
      double squares = 0;
      for (double value : x) {
        squares += step * value * step * value;
      }
      double norm = Math.sqrt(squares);
      for (int i = 0; i < x.length; i++) {
        double gradient = step * x[i] * Math.min(1, 1 / norm);
        mean[i] = 0.9 * mean[i] + 0.1 * gradient;
        variance[i] = 0.99 * variance[i] + 0.01 * gradient * gradient;
        double decay = i < 4 ? 0.1 * x[i] : 0; // the last two are a bias
        double meanHat = mean[i] / (1 - Math.pow(0.9, step));
        double varianceHat = variance[i] / (1 - Math.pow(0.99, step));
        x[i] -= rate * (meanHat / (Math.sqrt(varianceHat) + 1e-8) + decay);
      }
      return norm;
    }

    float[] floats(int from, int to) {
      float[] floats = new float[to - from];
      for (int i = from; i < to; i++) {
        floats[i - from] = (float) x[i];
      }
      return floats;
    }
  }

  @Test
  void goesOnFromItsStateToTheBit(@TempDir Path folder) {
    Map<String, NDArray> through = parameters();
    Map<String, NDArray> resumed = parameters();
    Path file = folder.resolve("state.safetensors");
    try (AdamW optimiser = new AdamW(through, SETTINGS)) {
      for (int step = 0; step < 8; step++) {
        if (step == 5) {
          SafetensorsWriter.write(file, optimiser.state(), Map.of());
        }
        flow(through, 1);
        optimiser.step(0.05);
      }
    }
    try (AdamW optimiser = new AdamW(resumed, SETTINGS)) {
      optimiser.restore(SafetensorsFile.open(file), 5);
      for (int step = 5; step < 8; step++) {
        flow(resumed, 1);
        optimiser.step(0.05);
      }
      assertThat(optimiser.steps()).isEqualTo(8);
    }
    through.forEach(
        (name, array) -> assertThat(values(resumed, name)).isEqualTo(array.toFloatArray()));
  }

  @Test
  void refusesAStateOfOtherTensors(@TempDir Path folder) {
    Path file = folder.resolve("state.safetensors");
    SafetensorsWriter.write(
        file,
        List.of(new SafetensorsWriter.Tensor("parameter.layer.weight", () -> new float[3], 3)),
        Map.of());
    try (AdamW optimiser = new AdamW(parameters(), SETTINGS)) {
      assertThatThrownBy(() -> optimiser.restore(SafetensorsFile.open(file), 1))
          .isInstanceOf(InvalidModelException.class)
          .hasMessageContaining("layer.weight has shape [3], the run needs [2, 2]");
    }
  }

  @Test
  void aGradientThatIsNotFiniteChangesNothing() {
    Map<String, NDArray> parameters = parameters();
    try (AdamW optimiser = new AdamW(parameters, SETTINGS)) {
      flow(parameters, Double.POSITIVE_INFINITY);
      assertThatThrownBy(() -> optimiser.step(0.1))
          .isInstanceOf(DivergedException.class)
          .hasMessageContaining("the gradients' norm is");
      assertThat(optimiser.steps()).isZero();
    }
    assertThat(values(parameters, "layer.weight")).isEqualTo(WEIGHT);
    assertThat(values(parameters, "layer.bias")).isEqualTo(BIAS);
  }

  @Test
  void whatNoLossHasReachedStays() {
    Map<String, NDArray> parameters = parameters();
    try (AdamW optimiser = new AdamW(parameters, SETTINGS)) {
      flow(Map.of("layer.bias", array(parameters, "layer.bias")), 1);
      optimiser.step(0.1);
    }
    assertThat(values(parameters, "layer.bias")).isNotEqualTo(BIAS);
    assertThat(values(parameters, "layer.weight")).as("a weight, which decays").isEqualTo(WEIGHT);
  }

  @Test
  void settingsOutOfRangeAreNamed() {
    assertThatThrownBy(() -> new AdamW.Settings(1, 0.9, 1e-8, 0, 1))
        .hasMessageContaining("were 1.0 and 0.9");
    assertThatThrownBy(() -> new AdamW.Settings(0.9, 0.9, 1e-8, -1, 1))
        .hasMessageContaining("-1.0");
    assertThatThrownBy(() -> new AdamW(Map.of(), SETTINGS)).hasMessageContaining("nothing");
  }
}
