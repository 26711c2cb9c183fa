package dev.freshet.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TorchFunctionTest {
  private static final int HEADS = 2;
  private static final int HEAD_SIZE = 4;
  private static final int HIDDEN = HEADS * HEAD_SIZE;

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = Torch.newManager(Device.cpu());
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void reachesAnOperator() {
    TorchFunction function = TorchFunction.compile(manager, "return torch.hypot(a, b)", "a", "b");
    NDArray three = manager.create(new float[] {3, 5});
    NDArray four = manager.create(new float[] {4, 12});
    assertThat(function.call(three, four).toFloatArray()).containsExactly(5, 13);
  }

  @Test
  void resultBelongsToTheManagerOfTheFirstArgument() {
    TorchFunction function = TorchFunction.compile(manager, "return torch.neg(x)", "x");
    NDArray result;
    try (NDManager scope = manager.newSubManager()) {
      result = function.call(scope.create(1f));
      assertThat(result.getManager()).isSameAs(scope);
    }
    assertThatThrownBy(result::getShape).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void isFreedWithItsOwner() {
    TorchFunction function;
    try (NDManager owner = manager.newSubManager()) {
      function = TorchFunction.compile(owner, "return torch.neg(x)", "x");
    }
    NDArray one = manager.create(1f);
    assertThatThrownBy(() -> function.call(one)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void archiveDependsOnNothingButTheText() throws IOException {
    byte[] first = TorchFunction.archive("return x", "x");
    assertThat(TorchFunction.archive("return x", "x")).isEqualTo(first);
    assertThat(TorchFunction.archive("return y", "y")).isNotEqualTo(first);
    try (var zip = new ZipInputStream(new ByteArrayInputStream(first))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        // Not the time at which it was written.
        assertThat(entry.getTimeLocal().getYear()).isEqualTo(1980);
      }
    }
  }

  @Test
  void textThatIsNoFunctionIsRefused() {
    assertThatThrownBy(() -> TorchFunction.compile(manager, "return torch.nothing(x)", "x"))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("torch.nothing");
  }

  @Test
  void manyThreadsMayCallOneFunction() throws InterruptedException, ExecutionException {
    TorchFunction function = TorchFunction.compile(manager, "return torch.add(x, x)", "x");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int task = 0; task < 4; task++) {
        float value = task;
        tasks.add(() -> alwaysDoubles(function, value));
      }
      for (Future<Boolean> result : threads.invokeAll(tasks)) {
        assertThat(result.get()).isTrue();
      }
    } finally {
      threads.shutdown();
    }
  }

  private boolean alwaysDoubles(TorchFunction function, float value) {
    for (int call = 1; call <= 500; call++) {
      try (NDManager scope = manager.newSubManager()) {
        NDArray x = scope.full(new Shape(1 + call % 7), value + call);
        if (function.call(x).getFloat(0) != 2 * (value + call)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Several lengths and calls: torch compiles a function anew while it learns how it is used. */
  @Test
  void mixedHeadsAndTheirGradientsAreThoseOfTheFormula() {
    HeadMixing mixing = new HeadMixing(manager, HEADS, HEAD_SIZE);
    for (int call = 0; call < 6; call++) {
      int length = 3 + call % 3;
      boolean padded = call % 2 == 0;
      TokenBatch batch =
          new TokenBatch(manager, List.of(new int[length], new int[padded ? 2 : length]), 0);
      float[][] fused = withGradients(batch, (q, k, v) -> mixing.apply(q, k, v, batch));
      float[][] formula = withGradients(batch, (q, k, v) -> formula(q, k, v, batch));
      for (int i = 0; i < fused.length; i++) {
        assertThat(fused[i]).hasSameSizeAs(formula[i]);
        for (int j = 0; j < fused[i].length; j++) {
          assertThat(fused[i][j]).isCloseTo(formula[i][j], within(1e-5f));
        }
      }
    }
  }

  private static Offset<Float> within(float limit) {
    return Offset.offset(limit);
  }

  private interface Mixer {
    NDArray mix(NDArray query, NDArray key, NDArray value);
  }

  /** The result and the gradients of query, key and value under a weighted sum of the result. */
  private float[][] withGradients(TokenBatch batch, Mixer mixer) {
    Shape shape = new Shape((long) batch.size() * batch.length(), HIDDEN);
    NDList inputs = new NDList();
    for (int i = 0; i < 3; i++) {
      NDArray input = manager.arange(shape.size()).add(7 * i).mul(1.7f + i).sin().reshape(shape);
      input.setRequiresGradient(true);
      inputs.add(input);
    }
    NDArray weights = manager.arange(shape.size()).cos().reshape(shape);
    float[][] results = new float[4][];
    try (GradientCollector gradients = Torch.engine().newGradientCollector()) {
      NDArray mixed = mixer.mix(inputs.get(0), inputs.get(1), inputs.get(2));
      results[0] = mixed.toFloatArray();
      gradients.backward(mixed.mul(weights).sum());
      for (int i = 0; i < 3; i++) {
        results[i + 1] = inputs.get(i).getGradient().toFloatArray();
      }
    }
    return results;
  }

  private static NDArray formula(NDArray query, NDArray key, NDArray value, TokenBatch batch) {
    NDArray scores =
        byHead(query, batch)
            .batchMatMul(byHead(key, batch).transpose(0, 2, 1))
            .div(Math.sqrt(HEAD_SIZE))
            .reshape(batch.size(), HEADS, batch.length(), batch.length());
    NDArray mask = batch.attentionMask();
    NDArray shares = (mask == null ? scores : scores.add(mask)).softmax(-1);
    return shares
        .reshape((long) batch.size() * HEADS, batch.length(), batch.length())
        .batchMatMul(byHead(value, batch))
        .reshape(batch.size(), HEADS, batch.length(), HEAD_SIZE)
        .transpose(0, 2, 1, 3)
        .reshape(-1, HIDDEN);
  }

  private static NDArray byHead(NDArray rows, TokenBatch batch) {
    return rows.reshape(batch.size(), batch.length(), HEADS, HEAD_SIZE)
        .transpose(0, 2, 1, 3)
        .reshape((long) batch.size() * HEADS, batch.length(), HEAD_SIZE);
  }
}
