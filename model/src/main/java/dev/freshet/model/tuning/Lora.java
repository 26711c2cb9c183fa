package dev.freshet.model.tuning;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.freshet.model.encoder.BackboneTensors;
import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.BertModules;
import dev.freshet.model.encoder.LayerModules;
import dev.freshet.model.encoder.Projection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * LoRA (Hu et al., ICLR 2022, arXiv 2106.09685): {@code W·x + b + scale·B·A·x} for some of the
 * projections of self-attention, A {@code [rank, hidden]}, B {@code [hidden, rank]}.
 *
 * @param rank r
 * @param alpha what the scale is in proportion to
 * @param scaling how the scale depends on the rank
 * @param targets the projections that are changed, each once
 */
public record Lora(
    @JsonProperty(required = true) int rank,
    @JsonProperty(required = true) double alpha,
    @JsonProperty(required = true) LoraScaling scaling,
    @JsonProperty(required = true) List<Projection> targets)
    implements TuningMethod {

  public Lora {
    Widths.requireAtLeast(0, "rank", rank);
    Widths.requirePositive("alpha", alpha);
    targets = List.copyOf(targets);
    if (targets.isEmpty() || targets.stream().distinct().count() < targets.size()) {
      throw new IllegalArgumentException(
          "targets must be different projections, at least one, was " + targets);
    }
  }

  /** On query and value, rank-stabilised. */
  public static Lora onQueryAndValue(int rank, double alpha) {
    return new Lora(
        rank, alpha, LoraScaling.RANK_STABILISED, List.of(Projection.QUERY, Projection.VALUE));
  }

  @Override
  public List<ModuleTensor> tensors(BertConfig config) {
    return Layers.tensors(config, layer -> tensors(layer, config));
  }

  List<ModuleTensor> tensors(String layer, BertConfig config) {
    int d = config.hidden();
    return targets.stream()
        .flatMap(target -> LowRank.tensors(name(layer, target), d, d, rank).stream())
        .toList();
  }

  private static String name(String layer, Projection target) {
    return layer + ".attention.self." + target.tensorName();
  }

  @Override
  public BertModules bind(ModuleTensors tensors, BertConfig config) {
    return LayeredModules.of(config, i -> layer(BackboneTensors.layer(i), tensors));
  }

  /** The updates of one layer. */
  LayerModules layer(String layer, ModuleTensors tensors) {
    Map<Projection, LowRank> updates = new EnumMap<>(Projection.class);
    for (Projection target : targets) {
      LowRank update = LowRank.find(name(layer, target), tensors, scaling.scale(alpha, rank));
      if (update != null) {
        updates.put(target, update);
      }
    }
    return new LayerUpdates(updates);
  }

  private record LayerUpdates(Map<Projection, LowRank> updates) implements LayerModules {
    @Override
    public NDArray project(Projection projection, NDArray x, NDArray projected) {
      LowRank update = updates.get(projection);
      return update == null ? projected : Sums.add(update.apply(x), projected);
    }
  }

  @Override
  public int[] widths() {
    return new int[] {rank};
  }

  @Override
  public Lora withWidths(int... widths) {
    Widths.requireCount(1, widths);
    return new Lora(widths[0], alpha, scaling, targets);
  }
}
