package dev.freshet.training.optimise;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of trainable tensors, which every backward pass adds to.
 *
 * <p>Passes may run on several threads of a JVM at a time, each over tensors of its own, which the
 * engine's own gradient collector does not allow. Not thread-safe.
 */
public final class Gradients {
  private final List<PtNDArray> tensors;

  /**
   * @param tensors that ask for gradients
   */
  public Gradients(Collection<NDArray> tensors) {
    this.tensors = tensors.stream().map(PtNDArray.class::cast).toList();
  }

  /**
   * Goes back from a loss to every tensor that it was computed from and that asks for a gradient.
   *
   * @param loss a single number; what was recorded for it is freed
   */
  public static void flow(NDArray loss) {
    try (NDArray one = loss.onesLike()) {
      flow(loss, one);
    }
  }

  /**
   * Goes back from a tensor whose own gradient is known: the second half of a pass whose first half
   * went from the loss to this tensor.
   *
   * @param gradient of the loss by {@code output}, of the same shape
   */
  public static void flow(NDArray output, NDArray gradient) {
    JniUtils.backward((PtNDArray) output, (PtNDArray) gradient, false, false);
  }

  /** The gradient of a tensor; null for one that no loss has reached yet. The caller closes it. */
  static @Nullable NDArray of(NDArray tensor) {
    return JniUtils.getGradient((PtNDArray) tensor);
  }

  /** The Euclidean norm of all gradients as one vector. */
  public double norm() {
    double squares = 0;
    for (NDArray tensor : tensors) {
      try (NDArray gradient = of(tensor)) {
        if (gradient != null) {
          squares += square(gradient);
        }
      }
    }
    return Math.sqrt(squares);
  }

  private static double square(NDArray gradient) {
    try (NDArray norm = gradient.norm();
        NDArray wide = norm.toType(DataType.FLOAT64, true)) {
      double length = wide.toDoubleArray()[0];
      return length * length;
    }
  }

  /** A copy of each tensor's gradient, row-major; zeros for one that no loss has reached. */
  public List<float[]> values() {
    return tensors.stream().map(Gradients::values).toList();
  }

  private static float[] values(NDArray tensor) {
    try (NDArray gradient = of(tensor)) {
      return gradient == null
          ? new float[Math.toIntExact(tensor.getShape().size())]
          : gradient.toFloatArray();
    }
  }

  /** Forgets all passes so far. */
  public void clear() {
    for (PtNDArray tensor : tensors) {
      try (NDArray gradient = of(tensor)) {
        if (gradient != null) {
          JniUtils.zeroGrad(tensor);
        }
      }
    }
  }
}
