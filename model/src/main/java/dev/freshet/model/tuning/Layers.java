package dev.freshet.model.tuning;

import dev.freshet.model.encoder.BackboneTensors;
import dev.freshet.model.encoder.BertConfig;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Tensors that every layer has of its own. */
final class Layers {
  private Layers() {}

  /**
   * The tensors of all layers, one layer after the other.
   *
   * @param tensors of the layer whose tensors' names begin with the argument
   */
  static List<ModuleTensor> tensors(
      BertConfig config, Function<String, List<ModuleTensor>> tensors) {
    return IntStream.range(0, config.layers())
        .mapToObj(BackboneTensors::layer)
        .flatMap(name -> tensors.apply(name).stream())
        .toList();
  }
}
