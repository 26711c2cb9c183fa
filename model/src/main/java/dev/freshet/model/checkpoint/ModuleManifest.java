package dev.freshet.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known about the modules of one generation: {@code modules.json}.
 *
 * @param generation its number, from 1 on
 * @param method the tuning method's own configuration, widths included; not to be changed
 * @param sides which sides have modules, and what their tensors are called
 * @param backbone SHA-256 of the backbone's tensor file
 * @param parent the generation whose modules the training began with; null when it began anew
 * @param window what it was trained on; null when nobody says
 * @param metrics by name, whatever was measured
 * @param gate whether it may be served; null when it was not judged
 * @param created when it was published
 * @param parameters trainable parameters in the tensor file
 * @param tensors SHA-256 of the tensor file
 */
public record ModuleManifest(
    int generation,
    JsonNode method,
    ModuleSides sides,
    String backbone,
    @Nullable Integer parent,
    @Nullable DataWindow window,
    Map<String, Double> metrics,
    @Nullable GateVerdict gate,
    Instant created,
    long parameters,
    String tensors) {

  public ModuleManifest {
    metrics = Map.copyOf(metrics);
  }

  /**
   * The interactions of a training run.
   *
   * @param from the first, inclusive
   * @param to the end, exclusive
   * @param examples training examples made of them
   */
  public record DataWindow(Instant from, Instant to, long examples) {
    public DataWindow {
      if (to.isBefore(from) || examples < 0) {
        throw new IllegalArgumentException(
            "a data window from %s to %s with %d examples".formatted(from, to, examples));
      }
    }
  }

  /**
   * A judgement before serving.
   *
   * @param accepted whether it may be served
   * @param reasons for people; a rejection has at least one
   */
  public record GateVerdict(boolean accepted, List<String> reasons) {
    public GateVerdict {
      reasons = List.copyOf(reasons);
      if (!accepted && reasons.isEmpty()) {
        throw new IllegalArgumentException("a rejection needs a reason");
      }
    }
  }

  /** What the publisher says; the rest is found out from the tensors. */
  public record Draft(
      JsonNode method,
      ModuleSides sides,
      String backbone,
      @Nullable Integer parent,
      @Nullable DataWindow window,
      Map<String, Double> metrics,
      @Nullable GateVerdict gate) {

    /** Of one set of modules for both sides. */
    public Draft(
        JsonNode method,
        String backbone,
        @Nullable Integer parent,
        @Nullable DataWindow window,
        Map<String, Double> metrics,
        @Nullable GateVerdict gate) {
      this(method, ModuleSides.SHARED, backbone, parent, window, metrics, gate);
    }

    ModuleManifest published(int generation, Instant created, long parameters, String tensors) {
      return new ModuleManifest(
          generation,
          method,
          sides,
          backbone,
          parent,
          window,
          metrics,
          gate,
          created,
          parameters,
          tensors);
    }
  }
}
