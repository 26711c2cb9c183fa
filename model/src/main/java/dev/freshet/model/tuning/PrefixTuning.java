package dev.freshet.model.tuning;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.freshet.model.encoder.BackboneTensors;
import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.BertModules;
import dev.freshet.model.encoder.LayerModules;
import dev.freshet.model.encoder.Prefix;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Prefix-tuning (Li and Liang, ACL 2021, arXiv 2101.00190): in every layer, trainable keys and
 * values that all tokens attend to beside their sequence.
 *
 * <p>Unlike the other methods it does <b>not</b> start as the frozen backbone, and cannot: softmax
 * gives every finite key a share above 0, which is taken from the sequence's own tokens, and no
 * values make up for it for every input. It starts with small random keys and values: nearly equal
 * scores, so that before training a prefix of p tokens takes a share of about p / (p + seq). Length
 * 0 is the frozen backbone.
 *
 * @param prefixLength p, trainable keys and values a layer, each {@code [p, hidden]}
 */
public record PrefixTuning(@JsonProperty(required = true) int prefixLength)
    implements TuningMethod {

  public PrefixTuning {
    Widths.requireAtLeast(0, "prefix_length", prefixLength);
  }

  @Override
  public List<ModuleTensor> tensors(BertConfig config) {
    return Layers.tensors(config, layer -> tensors(layer, config, prefixLength));
  }

  static List<ModuleTensor> tensors(String layer, BertConfig config, int length) {
    if (length == 0) {
      return List.of();
    }
    String name = name(layer);
    int d = config.hidden();
    return List.of(
        ModuleTensor.of(Initialisation.NORMAL, name + "key", length, d),
        ModuleTensor.of(Initialisation.NORMAL, name + "value", length, d));
  }

  private static String name(String layer) {
    return layer + ".attention.self.prefix.";
  }

  @Override
  public BertModules bind(ModuleTensors tensors, BertConfig config) {
    return LayeredModules.of(config, i -> layer(BackboneTensors.layer(i), tensors));
  }

  /** The prefix of one layer. */
  static LayerModules layer(String layer, ModuleTensors tensors) {
    String name = name(layer);
    if (tensors.find(name + "key") == null) {
      return LayerModules.NONE;
    }
    return new LayerPrefix(new Prefix(tensors.get(name + "key"), tensors.get(name + "value")));
  }

  private record LayerPrefix(@Nullable Prefix prefix) implements LayerModules {}

  @Override
  public int[] widths() {
    return new int[] {prefixLength};
  }

  @Override
  public PrefixTuning withWidths(int... widths) {
    Widths.requireCount(1, widths);
    return new PrefixTuning(widths[0]);
  }
}
