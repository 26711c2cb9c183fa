package dev.freshet.model.tuning;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.freshet.model.encoder.BackboneTensors;
import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.BertModules;
import dev.freshet.model.encoder.LayerModules;
import dev.freshet.model.encoder.LayerStream;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Inside and aside modules, aside of the model (IAA-M; Ma et al., CIKM 2022, arXiv 2208.09847, Fig.
 * 3d):
 *
 * <pre>
 * x_L := x_L + BN_a(x_0)
 * </pre>
 *
 * <p>x_0 is the input of the first layer, x_L the output of the last. One aside in all. Under CLS
 * pooling it can only add a constant, because x_0 of the first token is the same for every text:
 * use mean pooling.
 *
 * @param insideWidth r, the width of the adapters inside; 0 for none
 * @param insideLora low-rank updates inside, or null for none
 * @param asideWidth a, the width of the module aside; 0 for none
 */
public record IaaM(
    @JsonProperty(required = true) int insideWidth,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Lora insideLora,
    @JsonProperty(required = true) int asideWidth)
    implements TuningMethod {

  private static final String NAME = "encoder.aside";

  public IaaM {
    Widths.requireAtLeast(0, "inside_width", insideWidth);
    Widths.requireAtLeast(0, "aside_width", asideWidth);
  }

  /** With adapters inside. */
  public IaaM(int insideWidth, int asideWidth) {
    this(insideWidth, null, asideWidth);
  }

  private Inside inside() {
    return new Inside(insideWidth, insideLora);
  }

  @Override
  public List<ModuleTensor> tensors(BertConfig config) {
    return Stream.concat(
            Layers.tensors(config, layer -> inside().tensors(layer, config)).stream(),
            Bottleneck.tensors(NAME, config, asideWidth).stream())
        .toList();
  }

  @Override
  public BertModules bind(ModuleTensors tensors, BertConfig config) {
    LayeredModules insides =
        LayeredModules.of(config, i -> inside().layer(BackboneTensors.layer(i), tensors));
    return new Modules(insides, Bottleneck.find(NAME, tensors));
  }

  private record Modules(LayeredModules insides, @Nullable Bottleneck aside)
      implements BertModules {
    @Override
    public LayerModules layer(int index) {
      return insides.layer(index);
    }

    @Override
    public LayerStream begin(NDArray first) {
      return aside == null ? LayerStream.NONE : new ModelAside(aside.apply(first));
    }
  }

  /** Computed at the start, when x_0 is at hand, and added at the end. */
  private record ModelAside(NDArray change) implements LayerStream {
    @Override
    public NDArray afterModel(NDArray last) {
      return Sums.add(change, last);
    }
  }

  @Override
  public int[] widths() {
    return new int[] {inside().size(), asideWidth};
  }

  @Override
  public IaaM withWidths(int... widths) {
    Widths.requireCount(2, widths);
    Inside inside = inside().withSize(widths[0]);
    return new IaaM(inside.width(), inside.lora(), widths[1]);
  }
}
