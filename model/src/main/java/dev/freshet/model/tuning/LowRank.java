package dev.freshet.model.tuning;

import ai.djl.ndarray.NDArray;
import dev.freshet.model.encoder.Linear;
import dev.freshet.model.encoder.Scalars;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code x ↦ scale · B · A · x}. Starts as 0, because B does.
 *
 * @param a A {@code [rank, inputs]}
 * @param b B {@code [outputs, rank]}
 * @param scale a constant
 */
record LowRank(Linear a, Linear b, double scale) {
  /** The tensors of one update; none for a rank of 0. */
  static List<ModuleTensor> tensors(String name, int inputs, int outputs, int rank) {
    if (rank == 0) {
      return List.of();
    }
    return List.of(
        ModuleTensor.of(Initialisation.NORMAL, name + ".lora_A.weight", rank, inputs),
        ModuleTensor.of(Initialisation.ZERO, name + ".lora_B.weight", outputs, rank));
  }

  /** The update of that name; null where there is none. */
  static @Nullable LowRank find(String name, ModuleTensors tensors, double scale) {
    if (tensors.find(name + ".lora_A.weight") == null) {
      return null;
    }
    return new LowRank(
        new Linear(tensors.get(name + ".lora_A.weight"), null),
        new Linear(tensors.get(name + ".lora_B.weight"), null),
        scale);
  }

  /**
   * @param x {@code [rows, inputs]}; left as it is
   * @return {@code [rows, outputs]}, owned by the manager of {@code x}
   */
  NDArray apply(NDArray x) {
    try (NDArray narrow = a.apply(x)) {
      return Scalars.multiply(b.apply(narrow), scale);
    }
  }
}
