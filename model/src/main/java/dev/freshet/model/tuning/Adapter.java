package dev.freshet.model.tuning;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.freshet.model.encoder.BackboneTensors;
import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.BertModules;
import dev.freshet.model.encoder.LayerModules;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Adapters (Houlsby et al., ICML 2019, arXiv 1902.00751): {@code A(z) = z + BN_r(z)} on what each
 * of the two sub-layers of a layer adds to its input, z being the sub-layer's output before the
 * residual connection.
 *
 * @param insideWidth r, the width of both bottlenecks
 */
public record Adapter(@JsonProperty(required = true) int insideWidth) implements TuningMethod {

  public Adapter {
    Widths.requireAtLeast(0, "inside_width", insideWidth);
  }

  @Override
  public List<ModuleTensor> tensors(BertConfig config) {
    return Layers.tensors(config, layer -> tensors(layer, config, insideWidth));
  }

  static List<ModuleTensor> tensors(String layer, BertConfig config, int width) {
    return Stream.of(attention(layer), feedForward(layer))
        .flatMap(name -> Bottleneck.tensors(name, config, width).stream())
        .toList();
  }

  private static String attention(String layer) {
    return layer + ".attention.output.adapter";
  }

  private static String feedForward(String layer) {
    return layer + ".output.adapter";
  }

  @Override
  public BertModules bind(ModuleTensors tensors, BertConfig config) {
    return LayeredModules.of(config, i -> layer(BackboneTensors.layer(i), tensors));
  }

  /** The adapters of one layer. */
  static LayerModules layer(String layer, ModuleTensors tensors) {
    return new LayerAdapters(
        Bottleneck.find(attention(layer), tensors), Bottleneck.find(feedForward(layer), tensors));
  }

  private record LayerAdapters(@Nullable Bottleneck attention, @Nullable Bottleneck feedForward)
      implements LayerModules {
    @Override
    public NDArray insideAttention(NDArray attended) {
      return Bottleneck.add(attention, attended, attended);
    }

    @Override
    public NDArray insideFeedForward(NDArray h, NDArray fed) {
      return Bottleneck.add(feedForward, fed, fed);
    }
  }

  @Override
  public int[] widths() {
    return new int[] {insideWidth};
  }

  @Override
  public Adapter withWidths(int... widths) {
    Widths.requireCount(1, widths);
    return new Adapter(widths[0]);
  }
}
