package dev.freshet.model.tuning;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.freshet.model.encoder.BackboneTensors;
import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.BertModules;
import dev.freshet.model.encoder.LayerModules;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Inside and aside modules, aside of the layers (IAA-L; Ma et al., CIKM 2022, arXiv 2208.09847,
 * Fig. 3c):
 *
 * <pre>
 * x_{l+1} = y + BN_a(x_l)
 * </pre>
 *
 * <p>y is the output of layer l with its modules inside. The best of the three for retrieval; the
 * paper's widths for BERT-base at 6.73 % are r = 50, a = 300.
 *
 * @param insideWidth r, the width of the adapters inside; 0 for none
 * @param insideLora low-rank updates inside, or null for none
 * @param asideWidth a, the width of every aside module; 0 for none
 */
public record IaaL(
    @JsonProperty(required = true) int insideWidth,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Lora insideLora,
    @JsonProperty(required = true) int asideWidth)
    implements TuningMethod {

  public IaaL {
    Widths.requireAtLeast(0, "inside_width", insideWidth);
    Widths.requireAtLeast(0, "aside_width", asideWidth);
  }

  /** With adapters inside. */
  public IaaL(int insideWidth, int asideWidth) {
    this(insideWidth, null, asideWidth);
  }

  private Inside inside() {
    return new Inside(insideWidth, insideLora);
  }

  @Override
  public List<ModuleTensor> tensors(BertConfig config) {
    return Layers.tensors(
        config,
        layer ->
            Stream.concat(
                    inside().tensors(layer, config).stream(),
                    Bottleneck.tensors(name(layer), config, asideWidth).stream())
                .toList());
  }

  private static String name(String layer) {
    return layer + ".aside";
  }

  @Override
  public BertModules bind(ModuleTensors tensors, BertConfig config) {
    return LayeredModules.of(config, i -> layer(BackboneTensors.layer(i), tensors));
  }

  private LayerModules layer(String layer, ModuleTensors tensors) {
    LayerModules aside = new LayerAside(Bottleneck.find(name(layer), tensors));
    return new ModulePair(inside().layer(layer, tensors), aside);
  }

  private record LayerAside(@Nullable Bottleneck bottleneck) implements LayerModules {
    @Override
    public NDArray afterLayer(NDArray x, NDArray h, NDArray y) {
      return Bottleneck.add(bottleneck, x, y);
    }
  }

  @Override
  public int[] widths() {
    return new int[] {inside().size(), asideWidth};
  }

  @Override
  public IaaL withWidths(int... widths) {
    Widths.requireCount(2, widths);
    Inside inside = inside().withSize(widths[0]);
    return new IaaL(inside.width(), inside.lora(), widths[1]);
  }
}
