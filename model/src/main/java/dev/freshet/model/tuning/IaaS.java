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
 * Inside and aside modules, aside of the sub-layers (IAA-S; Ma et al., CIKM 2022, arXiv 2208.09847,
 * Fig. 3b):
 *
 * <pre>
 * h = LN1(x + A1(Attention(x))) + BN_a(x)        y = LN2(h + A2(FFN(h))) + BN_a(h)
 * </pre>
 *
 * <p>A1 and A2 are the modules inside; both asides of a layer have tensors of their own.
 *
 * @param insideWidth r, the width of the adapters inside; 0 for none
 * @param insideLora low-rank updates inside, or null for none
 * @param asideWidth a, the width of every aside module; 0 for none
 */
public record IaaS(
    @JsonProperty(required = true) int insideWidth,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Lora insideLora,
    @JsonProperty(required = true) int asideWidth)
    implements TuningMethod {

  public IaaS {
    Widths.requireAtLeast(0, "inside_width", insideWidth);
    Widths.requireAtLeast(0, "aside_width", asideWidth);
  }

  /** With adapters inside. */
  public IaaS(int insideWidth, int asideWidth) {
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
            Stream.of(
                    inside().tensors(layer, config),
                    Bottleneck.tensors(attention(layer), config, asideWidth),
                    Bottleneck.tensors(feedForward(layer), config, asideWidth))
                .flatMap(List::stream)
                .toList());
  }

  private static String attention(String layer) {
    return layer + ".attention.aside";
  }

  private static String feedForward(String layer) {
    return layer + ".output.aside";
  }

  @Override
  public BertModules bind(ModuleTensors tensors, BertConfig config) {
    return LayeredModules.of(config, i -> layer(BackboneTensors.layer(i), tensors));
  }

  private LayerModules layer(String layer, ModuleTensors tensors) {
    LayerModules asides =
        new SubLayerAsides(
            Bottleneck.find(attention(layer), tensors),
            Bottleneck.find(feedForward(layer), tensors));
    return new ModulePair(inside().layer(layer, tensors), asides);
  }

  private record SubLayerAsides(@Nullable Bottleneck attention, @Nullable Bottleneck feedForward)
      implements LayerModules {
    @Override
    public NDArray beforeFeedForward(NDArray x, NDArray h) {
      return Bottleneck.add(attention, x, h);
    }

    @Override
    public NDArray afterLayer(NDArray x, NDArray h, NDArray y) {
      return Bottleneck.add(feedForward, h, y);
    }
  }

  @Override
  public int[] widths() {
    return new int[] {inside().size(), asideWidth};
  }

  @Override
  public IaaS withWidths(int... widths) {
    Widths.requireCount(2, widths);
    Inside inside = inside().withSize(widths[0]);
    return new IaaS(inside.width(), inside.lora(), widths[1]);
  }
}
