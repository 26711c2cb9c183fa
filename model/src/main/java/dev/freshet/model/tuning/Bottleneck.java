package dev.freshet.model.tuning;

import ai.djl.ndarray.NDArray;
import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.Linear;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code BN(x) = W_up · gelu(W_down · x + b_down) + b_up} (Houlsby et al., ICML 2019, arXiv
 * 1902.00751, without the skip connection). Starts as 0 for every x, because all but W_down does.
 *
 * @param down W_down {@code [width, hidden]} and b_down {@code [width]}
 * @param up W_up {@code [hidden, width]} and b_up {@code [hidden]}
 */
record Bottleneck(Linear down, Linear up) {

  /** The tensors of one bottleneck; none for a width of 0. */
  static List<ModuleTensor> tensors(String name, BertConfig config, int width) {
    if (width == 0) {
      return List.of();
    }
    int d = config.hidden();
    return List.of(
        ModuleTensor.of(Initialisation.NORMAL, name + ".down.weight", width, d),
        ModuleTensor.of(Initialisation.ZERO, name + ".down.bias", width),
        ModuleTensor.of(Initialisation.ZERO, name + ".up.weight", d, width),
        ModuleTensor.of(Initialisation.ZERO, name + ".up.bias", d));
  }

  /** The bottleneck of that name; null where there is none, its width being 0. */
  static @Nullable Bottleneck find(String name, ModuleTensors tensors) {
    if (tensors.find(name + ".down.weight") == null) {
      return null;
    }
    return new Bottleneck(
        new Linear(tensors.get(name + ".down.weight"), tensors.get(name + ".down.bias")),
        new Linear(tensors.get(name + ".up.weight"), tensors.get(name + ".up.bias")));
  }

  /**
   * @param x {@code [batch·seq, hidden]}; left as it is
   * @return {@code [batch·seq, hidden]}, owned by the manager of {@code x}
   */
  NDArray apply(NDArray x) {
    try (NDArray narrow = down.apply(x);
        NDArray active = narrow.getNDArrayInternal().gelu()) {
      return up.apply(active);
    }
  }

  /** {@code state + BN(x)}; closes the state. */
  static NDArray add(@Nullable Bottleneck module, NDArray x, NDArray state) {
    return module == null ? state : Sums.add(module.apply(x), state);
  }
}
