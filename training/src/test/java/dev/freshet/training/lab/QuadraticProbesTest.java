package dev.freshet.training.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.model.encoder.GradientMode;
import dev.freshet.model.encoder.Scalars;
import dev.freshet.model.tuning.IaaL;
import dev.freshet.model.tuning.Tuning;
import dev.freshet.training.optimise.Gradients;
import dev.freshet.training.optimise.StepReport;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.RoundListener;
import dev.freshet.training.round.RoundObjective;
import dev.freshet.training.round.TinyWorld;
import dev.freshet.training.round.TunedModel;
import dev.freshet.training.round.TuningPlan;
import dev.freshet.training.round.TuningRound;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Probes of a loss whose gradient is known: {@code ½ Σ aₜ‖θₜ‖² + ½ w S²} with {@code S = Σ cₜ
 * sum(θₜ)} over all tensors t, so {@code gₜ = aₜ θₜ + w cₜ S}. Modules meet in S alone; w is
 * another one for each pass.
 */
class QuadraticProbesTest {
  private static final Percentage CLOSE = withinPercentage(0.5);

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

  private static double own(int tensor) {
    return 0.5 + 0.1 * tensor;
  }

  private static double shared(int tensor) {
    return 0.02 * (1 + tensor % 3);
  }

  private static double weight(long pass) {
    return 1 + pass / 4.0;
  }

  /** The loss as the engine computes it. */
  private record Quadratic(List<NDArray> tensors) implements RoundObjective {
    private NDArray value(long pass) {
      List<NDArray> owns = new ArrayList<>();
      List<NDArray> sums = new ArrayList<>();
      for (int t = 0; t < tensors.size(); t++) {
        owns.add(Scalars.times(tensors.get(t).square().sum(), own(t) / 2));
        sums.add(Scalars.times(tensors.get(t).sum(), shared(t)));
      }
      NDArray sum = sums.stream().reduce(NDArray::add).orElseThrow();
      NDArray all = owns.stream().reduce(NDArray::add).orElseThrow();
      return all.add(Scalars.times(sum.square(), weight(pass) / 2));
    }

    @Override
    public double backward(long pass) {
      NDArray value = value(pass);
      Gradients.flow(value);
      return number(value);
    }

    @Override
    public double loss(long pass) {
      try (GradientMode off = GradientMode.off()) {
        return number(value(pass));
      }
    }

    private static double number(NDArray value) {
      return value.toType(DataType.FLOAT64, false).toDoubleArray()[0];
    }

    @Override
    public int batch() {
      return 1;
    }

    @Override
    public double chance() {
      return Double.POSITIVE_INFINITY;
    }

    @Override
    public void close() {}
  }

  /** The same by hand, at a point; the weight is the mean over a step's passes. */
  private record ByHand(Parameters.Vector point, double weight) {
    double sum() {
      return sum(point);
    }

    static double sum(Parameters.Vector of) {
      double sum = 0;
      for (int t = 0; t < of.tensors().size(); t++) {
        for (float value : of.tensors().get(t)) {
          sum += shared(t) * value;
        }
      }
      return sum;
    }

    double loss() {
      double loss = weight * sum() * sum() / 2;
      for (int t = 0; t < point.tensors().size(); t++) {
        float[] values = point.tensors().get(t);
        loss += own(t) / 2 * Parameters.Vector.dot(values, values);
      }
      return loss;
    }

    /** Of some tensors, one after the other. */
    double[] gradient(List<Integer> places) {
      double sum = sum();
      return places.stream()
          .flatMapToDouble(
              t -> {
                float[] values = point.tensors().get(t);
                double[] gradient = new double[values.length];
                Arrays.setAll(gradient, i -> own(t) * values[i] + weight * shared(t) * sum);
                return Arrays.stream(gradient);
              })
          .toArray();
    }
  }

  private static Directions.Change change(double[] own, double[] turned) {
    double[] difference = new double[own.length];
    Arrays.setAll(difference, i -> turned[i] - own[i]);
    return new Directions.Change(
        norm(difference) / norm(own), dot(own, turned) / norm(own) / norm(turned));
  }

  private static double norm(double[] a) {
    return Math.sqrt(dot(a, a));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void probesAreThoseOfTheGradientByHand(int passes) {
    TuningPlan plan = new TuningPlan(8, passes, 3e-2, 0, 0, 0, 0);
    Tuning tuning = Tuning.of(new IaaL(4, 8)).withDeviation(0.25);
    try (TunedModel model = TunedModel.initial(backbone, tuning, ModuleSides.SHARED, 1)) {
      Quadratic objective = new Quadratic(List.copyOf(model.trainable().values()));
      StepProbes probes =
          new StepProbes(model, objective, other -> objective, List.of(), plan.steps(), passes, 1);
      Parameters parameters = new Parameters(model);
      // By the step after which it is there; what is begun with is not asked for.
      List<Parameters.Vector> points = new ArrayList<>(List.of(parameters.point()));
      RoundListener both =
          new RoundListener() {
            @Override
            public void step(StepReport report, long examples) {
              points.add(parameters.point());
              probes.step(report, examples);
            }
          };
      new TuningRound(model, objective, plan, both, null, null).run();
      Probes seen = probes.probes();
      Map<String, List<Integer>> modules = ModuleGroups.of(parameters.names(), false);
      checkDirections(Objects.requireNonNull(seen.directions()), modules, points, passes);
      checkSmoothness(Objects.requireNonNull(seen.smoothness()), points, passes);
    }
  }

  private static double weight(long step, int passes) {
    double sum = 0;
    for (int pass = 0; pass < passes; pass++) {
      sum += weight((step - 1) * passes + pass);
    }
    return sum / passes;
  }

  private static void checkDirections(
      Directions directions,
      Map<String, List<Integer>> modules,
      List<Parameters.Vector> points,
      int passes) {
    assertThat(directions.probes()).extracting(Directions.Probe::step).containsExactly(2L, 4L);
    double farthest = 0;
    for (Directions.Probe probe : directions.probes()) {
      assertThat(probe.displacementCosine()).isNull();
      assertThat(probe.modules()).containsOnlyKeys(modules.keySet()).hasSize(6);
      Parameters.Vector before = points.get((int) probe.step() - 1);
      Parameters.Vector after = points.get((int) probe.step());
      double weight = weight(probe.step(), passes);
      for (Map.Entry<String, List<Integer>> module : modules.entrySet()) {
        List<Integer> places = module.getValue();
        List<float[]> mixed = new ArrayList<>(after.tensors());
        places.forEach(place -> mixed.set(place, before.tensors().get(place)));
        double[] own = new ByHand(before, weight).gradient(places);
        Directions.Change expected =
            change(own, new ByHand(new Parameters.Vector(mixed), weight).gradient(places));
        Directions.Change found = Objects.requireNonNull(probe.modules().get(module.getKey()));
        assertThat(found.relative()).as(module.getKey()).isCloseTo(expected.relative(), CLOSE);
        assertThat(1 - found.cosine()).isCloseTo(1 - expected.cosine(), withinPercentage(5));
        Directions.Change movedToo = change(own, new ByHand(after, weight).gradient(places));
        farthest = Math.max(farthest, Math.abs(movedToo.relative() / expected.relative() - 1));
      }
    }
    // What a probe would find that moves the module too is something else.
    assertThat(farthest).isGreaterThan(0.1);
  }

  private static void checkSmoothness(
      Smoothness smoothness, List<Parameters.Vector> points, int passes) {
    for (Smoothness.Probe probe : smoothness.probes()) {
      Parameters.Vector before = points.get((int) probe.step() - 1);
      Parameters.Vector taken = points.get((int) probe.step()).minus(before);
      double weight = weight(probe.step(), passes);
      double[] losses = {0, 0.25, 0.5, 0.75, 1};
      Arrays.setAll(losses, i -> new ByHand(before.plus(taken, losses[i]), weight).loss());
      assertThat(probe.lossLow()).isCloseTo(Arrays.stream(losses).min().orElseThrow(), CLOSE);
      assertThat(probe.lossHigh()).isCloseTo(Arrays.stream(losses).max().orElseThrow(), CLOSE);
      // The gradient is linear: at every place it has turned by as much for the way.
      List<Integer> all = IntStream.range(0, taken.tensors().size()).boxed().toList();
      double expected = norm(new ByHand(taken, weight).gradient(all)) / taken.norm();
      assertThat(probe.lipschitz()).isCloseTo(expected, CLOSE);
    }
  }
}
