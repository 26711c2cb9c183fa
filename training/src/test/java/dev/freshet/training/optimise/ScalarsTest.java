package dev.freshet.training.optimise;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.freshet.model.encoder.GradientMode;
import dev.freshet.model.encoder.Scalars;
import dev.freshet.model.encoder.Torch;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Gradients through products with a number, where the JVM collects between the two ways. */
class ScalarsTest {
  private static final Cleaner CLEANER = Cleaner.create();

  @Test
  void whatIsCollectedDoesNotChangeAGradient() throws Exception {
    assertThat(gradient(x -> Scalars.times(x, 3))).containsExactly(3, 3);
    assertThat(gradient(x -> Scalars.over(x, 0.25))).containsExactly(4, 4);
    assertThat(gradient(x -> Scalars.multiply(x.neg(), 3))).containsExactly(-3, -3);
  }

  private static float[] gradient(UnaryOperator<NDArray> function) throws Exception {
    try (NDManager manager = Torch.newManager(Device.cpu());
        GradientMode on = GradientMode.on()) {
      NDArray x = Torch.create(manager, new float[] {1, 2}, new Shape(2));
      x.setRequiresGradient(true);
      NDArray value = function.apply(x).sum();
      List<ByteBuffer> others = overwrite();
      Gradients.flow(value);
      Reference.reachabilityFence(others);
      return x.getGradient().toFloatArray();
    }
  }

  /** Lets what nobody holds be collected, and puts other numbers where it was. */
  private static List<ByteBuffer> overwrite() throws Exception {
    CountDownLatch collected = new CountDownLatch(1);
    CLEANER.register(new Object(), collected::countDown);
    System.gc();
    assertThat(collected.await(60, TimeUnit.SECONDS)).isTrue();
    List<ByteBuffer> others = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      ByteBuffer other = ByteBuffer.allocateDirect(Float.BYTES).order(ByteOrder.nativeOrder());
      others.add(other.putFloat(0, 1e-30f));
    }
    return others;
  }
}
