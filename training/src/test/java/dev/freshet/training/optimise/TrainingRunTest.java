package dev.freshet.training.optimise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.freshet.model.encoder.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrainingRunTest {
  private final NDManager manager = Torch.newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  /** (x - target)², which every number of steps brings nearer to 0. */
  private static Objective distance(NDArray x, float target) {
    return step -> {
      try (NDManager scope = x.getManager().newSubManager()) {
        NDArray loss = scope.create(-target).add(x).square().sum();
        Gradients.flow(loss);
        return loss.getFloat();
      }
    };
  }

  private NDArray parameter() {
    NDArray x = manager.create(new float[] {0});
    x.setRequiresGradient(true);
    return x;
  }

  private static AdamW optimiser(NDArray x) {
    return new AdamW(Map.of("x", x), AdamW.Settings.defaults().withWeightDecay(0));
  }

  @Test
  void takesEveryStepAndTells() {
    NDArray x = parameter();
    List<StepReport> reports = new ArrayList<>();
    try (AdamW optimiser = optimiser(x)) {
      new TrainingRun(distance(x, 1), optimiser, new LearningRate(0.1, 2, 50)).run(reports::add);
    }
    assertThat(reports).hasSize(50);
    assertThat(reports.get(0)).isEqualTo(new StepReport(1, 1, 0.05, 2));
    assertThat(reports.get(49).step()).isEqualTo(50);
    assertThat(reports.get(49).loss()).isLessThan(0.01);
  }

  @Test
  void stopsWhereTheLossIsNotFinite() {
    NDArray x = parameter();
    try (AdamW optimiser = optimiser(x)) {
      Objective broken = step -> step < 3 ? distance(x, 1).backward(step) : Double.NaN;
      TrainingRun run = new TrainingRun(broken, optimiser, new LearningRate(0.1, 0, 10));
      assertThatThrownBy(() -> run.run(report -> {}))
          .isInstanceOf(DivergedException.class)
          .hasMessageContaining("the loss of step 4 of 10 is NaN, at a learning rate of 0.0700");
      assertThat(optimiser.steps()).isEqualTo(3);
    }
  }

  @Test
  void stopsWhereAGradientIsNotFinite() {
    NDArray x = parameter();
    try (AdamW optimiser = optimiser(x)) {
      Objective broken =
          step -> {
            Gradients.flow(x.mul(Float.POSITIVE_INFINITY).sum());
            return 1;
          };
      TrainingRun run = new TrainingRun(broken, optimiser, new LearningRate(0.1, 0, 10));
      assertThatThrownBy(() -> run.run(report -> {}))
          .isInstanceOf(DivergedException.class)
          .hasMessageContaining(
              "step 1 of 10, at a learning rate of 0.100: the gradients' norm is");
      assertThat(x.toFloatArray()).containsExactly(0);
    }
  }

  @Test
  void stopsBetweenStepsWhenInterrupted() {
    NDArray x = parameter();
    try (AdamW optimiser = optimiser(x)) {
      TrainingRun run = new TrainingRun(distance(x, 1), optimiser, new LearningRate(0.1, 0, 10));
      assertThatThrownBy(
              () ->
                  run.run(
                      report -> {
                        if (report.step() == 4) {
                          Thread.currentThread().interrupt();
                        }
                      }))
          .isInstanceOf(CancellationException.class);
      assertThat(optimiser.steps()).isEqualTo(4);
    }
  }

  /** Both threads are in the middle of a pass at the same time; the engine's own way forbids it. */
  @Test
  void runsOnSeveralThreadsDoNotMeet() throws Exception {
    CyclicBarrier together = new CyclicBarrier(2);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Float>> ends = new ArrayList<>();
      for (float target : new float[] {1, -2}) {
        ends.add(threads.submit(approach(target, together)));
      }
      assertThat(ends.get(0).get()).isBetween(0.95f, 1.05f);
      assertThat(ends.get(1).get()).isBetween(-2.05f, -1.95f);
    } finally {
      threads.shutdownNow();
    }
  }

  private static Callable<Float> approach(float target, CyclicBarrier together) {
    return () -> {
      try (NDManager own = Torch.newManager(Device.cpu())) {
        NDArray x = own.create(new float[] {0});
        x.setRequiresGradient(true);
        Objective objective =
            step -> {
              await(together);
              return distance(x, target).backward(step);
            };
        try (AdamW optimiser = optimiser(x)) {
          new TrainingRun(objective, optimiser, new LearningRate(0.1, 0, 200)).run(report -> {});
        }
        return x.toFloatArray()[0];
      }
    };
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
