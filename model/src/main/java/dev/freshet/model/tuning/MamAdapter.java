package dev.freshet.model.tuning;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.freshet.model.encoder.BackboneTensors;
import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.BertModules;
import dev.freshet.model.encoder.LayerModules;
import dev.freshet.model.encoder.Scalars;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Mix-and-match adapter (He et al., ICLR 2022, arXiv 2110.04366): a prefix in attention, and a
 * scaled bottleneck parallel to the feed-forward sub-layer, {@code FFN(h) + s·BN(h)}.
 *
 * <p>Because of its prefix it does not start as the frozen backbone: see {@link PrefixTuning}.
 *
 * @param prefixLength trainable keys and values a layer
 * @param ffnWidth the width of the parallel bottleneck
 * @param ffnScale s
 */
public record MamAdapter(
    @JsonProperty(required = true) int prefixLength,
    @JsonProperty(required = true) int ffnWidth,
    @JsonProperty(required = true) double ffnScale)
    implements TuningMethod {

  public MamAdapter {
    Widths.requireAtLeast(0, "prefix_length", prefixLength);
    Widths.requireAtLeast(0, "ffn_width", ffnWidth);
    Widths.requirePositive("ffn_scale", ffnScale);
  }

  @Override
  public List<ModuleTensor> tensors(BertConfig config) {
    return Layers.tensors(
        config,
        layer ->
            Stream.concat(
                    PrefixTuning.tensors(layer, config, prefixLength).stream(),
                    Bottleneck.tensors(name(layer), config, ffnWidth).stream())
                .toList());
  }

  private static String name(String layer) {
    return layer + ".output.parallel_adapter";
  }

  @Override
  public BertModules bind(ModuleTensors tensors, BertConfig config) {
    return LayeredModules.of(config, i -> layer(BackboneTensors.layer(i), tensors));
  }

  private LayerModules layer(String layer, ModuleTensors tensors) {
    LayerModules parallel = new ParallelAdapter(Bottleneck.find(name(layer), tensors), ffnScale);
    return new ModulePair(PrefixTuning.layer(layer, tensors), parallel);
  }

  private record ParallelAdapter(@Nullable Bottleneck bottleneck, double scale)
      implements LayerModules {
    @Override
    public NDArray insideFeedForward(NDArray h, NDArray fed) {
      return bottleneck == null ? fed : Sums.add(Scalars.multiply(bottleneck.apply(h), scale), fed);
    }
  }

  @Override
  public int[] widths() {
    return new int[] {prefixLength, ffnWidth};
  }

  @Override
  public MamAdapter withWidths(int... widths) {
    Widths.requireCount(2, widths);
    return new MamAdapter(widths[0], widths[1], ffnScale);
  }
}
