package dev.freshet.training.optimise;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.SafetensorsFile;
import dev.freshet.model.checkpoint.SafetensorsWriter;
import dev.freshet.model.encoder.GradientMode;
import dev.freshet.model.encoder.Scalars;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019, arXiv 1711.05101), in the
 * form that takes the bias correction into the rate (Kingma and Ba, ICLR 2015, arXiv 1412.6980, end
 * of section 2), after the gradients of all tensors were scaled down together to a largest norm.
 *
 * <p>Biases and the tensors of layer norms do not decay. Tensors that no loss has reached stay as
 * they are.
 *
 * <p>Changes the tensors in place: no call may run on them meanwhile. Not thread-safe.
 */
public final class AdamW implements AutoCloseable {
  private static final String MEAN = "adamw.mean.";
  private static final String VARIANCE = "adamw.variance.";
  private static final String PARAMETER = "parameter.";

  private final Settings settings;
  private final Gradients gradients;
  private final NDManager manager;
  private final List<Trained> trained = new ArrayList<>();
  private long steps;

  /**
   * @param meanDecay of the running mean of gradients, β1
   * @param varianceDecay of the running mean of their squares, β2
   * @param epsilon added to the square root of the latter
   * @param weightDecay share of a weight that goes a step, times the learning rate
   * @param largestNorm of all gradients together
   */
  public record Settings(
      double meanDecay,
      double varianceDecay,
      double epsilon,
      double weightDecay,
      double largestNorm) {
    public Settings {
      if (!(meanDecay >= 0 && meanDecay < 1 && varianceDecay >= 0 && varianceDecay < 1)) {
        throw new IllegalArgumentException(
            "the decays of mean and variance must be 0 or more and below 1, were %s and %s"
                .formatted(meanDecay, varianceDecay));
      }
      if (!(epsilon > 0 && weightDecay >= 0 && largestNorm > 0)) {
        throw new IllegalArgumentException(
            "epsilon and the largest norm must be above 0 and the weight decay not below, were %s, %s and %s"
                .formatted(epsilon, largestNorm, weightDecay));
      }
    }

    /** β 0.9 and 0.999, ε 1e-8, decay 0.01, norm 1. */
    public static Settings defaults() {
      return new Settings(0.9, 0.999, 1e-8, 0.01, 1);
    }

    public Settings withWeightDecay(double decay) {
      return new Settings(meanDecay, varianceDecay, epsilon, decay, largestNorm);
    }
  }

  /** A parameter with the running means of its gradients and of their squares. */
  private record Trained(String name, NDArray parameter, NDArray mean, NDArray variance) {
    boolean decays() {
      return parameter.getShape().dimension() > 1 && !name.endsWith(".bias");
    }
  }

  /**
   * @param parameters by name, asking for gradients; stay the caller's
   */
  public AdamW(Map<String, NDArray> parameters, Settings settings) {
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException("there is nothing to train");
    }
    this.settings = settings;
    gradients = new Gradients(parameters.values());
    manager = parameters.values().iterator().next().getManager().newSubManager();
    parameters.forEach(
        (name, parameter) ->
            trained.add(new Trained(name, parameter, zerosLike(parameter), zerosLike(parameter))));
  }

  private NDArray zerosLike(NDArray parameter) {
    return manager.zeros(parameter.getShape(), parameter.getDataType());
  }

  /** Steps taken so far, those before a {@link #restore} included. */
  public long steps() {
    return steps;
  }

  /**
   * Takes one step along the gradients, and clears them.
   *
   * @return the norm of all gradients before they were scaled
   * @throws DivergedException when it is not finite; nothing is changed then
   */
  public double step(double learningRate) {
    return step(learningRate, 1);
  }

  /**
   * As above, along gradients that several passes have added up.
   *
   * @param share what the gradients are multiplied by: one over the number of passes for their mean
   * @return the norm of all gradients so multiplied, before they were scaled
   * @throws DivergedException when it is not finite; nothing is changed then
   */
  public double step(double learningRate, double share) {
    double norm = share * gradients.norm();
    if (!Double.isFinite(norm)) {
      throw new DivergedException("the gradients' norm is " + norm);
    }
    steps++;
    double scale = share * Math.min(1, settings.largestNorm() / norm);
    double corrected =
        learningRate
            * Math.sqrt(1 - Math.pow(settings.varianceDecay(), steps))
            / (1 - Math.pow(settings.meanDecay(), steps));
    try (GradientMode off = GradientMode.off()) {
      trained.forEach(each -> change(each, learningRate, corrected, scale));
    }
    gradients.clear();
    return norm;
  }

  private void change(Trained each, double learningRate, double corrected, double scale) {
    NDArray parameter = each.parameter();
    try (NDArray gradient = Gradients.of(parameter)) {
      if (gradient == null) {
        return;
      }
      if (each.decays()) {
        Scalars.multiply(parameter, 1 - learningRate * settings.weightDecay());
      }
      // Decay is done: the operator's own would go to biases too. Negative: no clamping.
      float decay = 0;
      float clamp = -1;
      parameter
          .getNDArrayInternal()
          .adamUpdate(
              new NDList(parameter, gradient, each.mean(), each.variance()),
              new NDList(parameter),
              (float) learningRate,
              (float) corrected,
              decay,
              (float) scale,
              clamp,
              (float) settings.meanDecay(),
              (float) settings.varianceDecay(),
              (float) settings.epsilon(),
              false,
              false);
    }
  }

  /**
   * Everything that a {@link #restore} needs to go on exactly as if nothing had happened: the
   * parameters and the moments.
   */
  public List<SafetensorsWriter.Tensor> state() {
    List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
    for (Trained each : trained) {
      tensors.add(tensor(PARAMETER + each.name(), each.parameter()));
      tensors.add(tensor(MEAN + each.name(), each.mean()));
      tensors.add(tensor(VARIANCE + each.name(), each.variance()));
    }
    return tensors;
  }

  private static SafetensorsWriter.Tensor tensor(String name, NDArray array) {
    return new SafetensorsWriter.Tensor(name, array::toFloatArray, array.getShape().getShape());
  }

  /**
   * Takes the parameters and the moments of a {@link #state} over those that are here.
   *
   * @param taken steps that had been taken then
   * @throws InvalidModelException when the file does not hold them
   */
  public void restore(SafetensorsFile file, long taken) {
    try (GradientMode off = GradientMode.off()) {
      for (Trained each : trained) {
        restore(file, PARAMETER + each.name(), each.parameter());
        restore(file, MEAN + each.name(), each.mean());
        restore(file, VARIANCE + each.name(), each.variance());
      }
    }
    steps = taken;
  }

  private static void restore(SafetensorsFile file, String name, NDArray array) {
    List<Long> wanted = Arrays.stream(array.getShape().getShape()).boxed().toList();
    List<Long> found = file.info(name).shape();
    if (!found.equals(wanted)) {
      throw new InvalidModelException(
          "%s: tensor %s has shape %s, the run needs %s"
              .formatted(file.path(), name, found, wanted));
    }
    try (NDArray stored = array.getManager().create(file.floats(name), array.getShape())) {
      array.set(new NDIndex("..."), stored);
    }
  }

  /** Frees the moments; the parameters stay. Idempotent. */
  @Override
  public void close() {
    manager.close();
  }
}
