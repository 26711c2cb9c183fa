package dev.freshet.model.tuning;

import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.LayerModules;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The modules that a connected method has inside its layers: adapters, low-rank updates, both or
 * none.
 *
 * @param width of the adapters; 0 for none
 * @param lora the updates, or null for none
 */
record Inside(int width, @Nullable Lora lora) {
  Inside {
    Widths.requireAtLeast(0, "inside_width", width);
  }

  List<ModuleTensor> tensors(String layer, BertConfig config) {
    return Stream.concat(
            lora == null ? Stream.empty() : lora.tensors(layer, config).stream(),
            Adapter.tensors(layer, config, width).stream())
        .toList();
  }

  LayerModules layer(String layer, ModuleTensors tensors) {
    LayerModules adapters = width == 0 ? LayerModules.NONE : Adapter.layer(layer, tensors);
    return lora == null ? adapters : new ModulePair(lora.layer(layer, tensors), adapters);
  }

  /** The number that decides the size: of the updates where there are no adapters. */
  int size() {
    return lora != null && width == 0 ? lora.rank() : width;
  }

  /** The same modules with another {@link #size}. */
  Inside withSize(int size) {
    return lora != null && width == 0
        ? new Inside(0, lora.withWidths(size))
        : new Inside(size, lora);
  }
}
