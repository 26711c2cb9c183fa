package dev.freshet.model.tuning;

import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.BertModules;
import dev.freshet.model.encoder.LayerModules;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Modules that stay within their layers.
 *
 * @param layers one for every layer
 */
record LayeredModules(List<LayerModules> layers) implements BertModules {
  LayeredModules {
    layers = List.copyOf(layers);
  }

  static LayeredModules of(BertConfig config, IntFunction<LayerModules> layer) {
    return new LayeredModules(IntStream.range(0, config.layers()).mapToObj(layer).toList());
  }

  @Override
  public LayerModules layer(int index) {
    return layers.get(index);
  }
}
