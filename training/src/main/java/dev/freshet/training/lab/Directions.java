package dev.freshet.training.lab;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether the modules of a method pull in one direction: how far a module's gradient is turned by
 * the step that all other modules take at the same time. With {@code g_i} the gradient of module i
 * and {@code ĝ_i} the one after all the others took their step, {@code D_i = ‖ĝ_i − g_i‖ / ‖g_i‖}.
 *
 * @param probes in the order of steps, at least one
 */
public record Directions(List<Probe> probes) {

  /**
   * One look.
   *
   * @param step before which it was
   * @param modules by the module's name, from the input to the output
   * @param displacementCosine between how embeddings move by a step of the modules alone and how
   *     they move by a step with everything unfrozen, from the same point; NaN where either does
   *     not move, null where the task has no embeddings
   */
  public record Probe(long step, Map<String, Change> modules, @Nullable Double displacementCosine) {
    public Probe {
      Checks.notNegative("step", step);
      modules = Collections.unmodifiableMap(new LinkedHashMap<>(modules));
    }
  }

  /**
   * How a module's gradient changed. Not finite where the gradient was zero, as behind weights that
   * are still zero.
   *
   * @param relative {@code D_i}, 0 or more
   * @param cosine {@code cos(ĝ_i, g_i)}
   */
  public record Change(double relative, double cosine) {}

  public Directions {
    probes = List.copyOf(probes);
    if (probes.isEmpty()) {
      throw new IllegalArgumentException("directions need a probe");
    }
  }
}
