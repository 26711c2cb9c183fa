package dev.freshet.training.lab;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import dev.freshet.model.encoder.GradientMode;
import dev.freshet.training.optimise.Gradients;
import dev.freshet.training.round.RoundObjective;
import dev.freshet.training.round.TunedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;

/**
 * The trainable numbers of a model as one point, which can be moved and come back. Not thread-safe.
 */
final class Parameters {
  private final List<String> names = new ArrayList<>();
  private final List<NDArray> arrays = new ArrayList<>();
  private final Gradients gradients;

  Parameters(TunedModel model) {
    for (Map.Entry<String, NDArray> entry : model.trainable().entrySet()) {
      names.add(entry.getKey());
      arrays.add(entry.getValue());
    }
    gradients = new Gradients(arrays);
  }

  /** A point or a direction: an array for each tensor, row-major. */
  record Vector(List<float[]> tensors) {
    Vector {
      tensors = List.copyOf(tensors);
    }

    double norm() {
      return Math.sqrt(dot(this));
    }

    double dot(Vector other) {
      double sum = 0;
      for (int i = 0; i < tensors.size(); i++) {
        sum += dot(tensors.get(i), other.tensors.get(i));
      }
      return sum;
    }

    static double dot(float[] a, float[] b) {
      double sum = 0;
      for (int i = 0; i < a.length; i++) {
        sum += (double) a[i] * b[i];
      }
      return sum;
    }

    Vector minus(Vector other) {
      return combined(other, (a, b) -> a - b);
    }

    /** {@code this + factor · other}. */
    Vector plus(Vector other, double factor) {
      return combined(other, (a, b) -> a + factor * b);
    }

    Vector times(double factor) {
      return combined(this, (a, b) -> factor * a);
    }

    private Vector combined(Vector other, DoubleBinaryOperator operator) {
      List<float[]> combined = new ArrayList<>();
      for (int i = 0; i < tensors.size(); i++) {
        float[] a = tensors.get(i);
        float[] b = other.tensors.get(i);
        float[] values = new float[a.length];
        for (int j = 0; j < a.length; j++) {
          values[j] = (float) operator.applyAsDouble(a[j], b[j]);
        }
        combined.add(values);
      }
      return new Vector(combined);
    }

    /** The tensors at some places alone. */
    Vector part(List<Integer> places) {
      return new Vector(places.stream().map(tensors::get).toList());
    }
  }

  /** Names of the tensors, in the order of a vector's. */
  List<String> names() {
    return names;
  }

  /** Lengths of the rows of each tensor of two dimensions; 0 for others. */
  List<Integer> rowLengths() {
    return arrays.stream()
        .map(array -> array.getShape().dimension() == 2 ? (int) array.getShape().get(1) : 0)
        .toList();
  }

  Vector point() {
    return new Vector(arrays.stream().map(NDArray::toFloatArray).toList());
  }

  void moveTo(Vector point) {
    for (int i = 0; i < arrays.size(); i++) {
      set(i, point.tensors().get(i));
    }
  }

  void set(int place, float[] values) {
    NDArray array = arrays.get(place);
    try (GradientMode off = GradientMode.off();
        NDArray given = array.getManager().create(values, array.getShape())) {
      array.set(new NDIndex("..."), given);
    }
  }

  /**
   * A loss and its gradient at the point where the model is.
   *
   * @param loss of the step's examples
   */
  record Slope(double loss, Vector gradient) {}

  /**
   * Of the examples of a step, averaged over its passes as {@link
   * dev.freshet.training.optimise.TrainingRun} does; leaves no gradients behind.
   *
   * @param step of the optimiser, counted from 0
   * @param passes of each step, at least 1
   */
  Slope slope(RoundObjective objective, long step, int passes) {
    gradients.clear();
    double loss = 0;
    try (GradientMode on = GradientMode.on()) {
      for (int pass = 0; pass < passes; pass++) {
        loss += objective.backward(step * passes + pass);
      }
    }
    Vector sum = new Vector(gradients.values());
    gradients.clear();
    return new Slope(loss / passes, sum.times(1.0 / passes));
  }
}
