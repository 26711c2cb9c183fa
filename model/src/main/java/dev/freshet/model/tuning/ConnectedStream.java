package dev.freshet.model.tuning;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.freshet.model.encoder.BackboneTensors;
import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.BertModules;
import dev.freshet.model.encoder.LayerModules;
import dev.freshet.model.encoder.LayerStream;
import dev.freshet.model.encoder.Linear;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A low-rank stream beside the layers, which every layer writes to and reads from; with s_0 = 0:
 *
 * <pre>
 * s_{l+1} = s_l + D_l · x_l        x_{l+1} = y + U_l · gelu(s_{l+1})
 * </pre>
 *
 * <p>x_l is the input of layer l and y its output with its modules inside. D_l is {@code [width,
 * hidden]}, U_l {@code [hidden, width]} and starts as zero. Where {@link IaaL} connects each
 * layer's input to its own output, a layer here is also reached from all layers below it, at the
 * same count of parameters. Our own; no paper has it.
 *
 * @param insideWidth r, the width of the adapters inside; 0 for none
 * @param insideLora low-rank updates inside, or null for none
 * @param asideWidth a, the width of the stream; 0 for none
 */
public record ConnectedStream(
    @JsonProperty(required = true) int insideWidth,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Lora insideLora,
    @JsonProperty(required = true) int asideWidth)
    implements TuningMethod {

  public ConnectedStream {
    Widths.requireAtLeast(0, "inside_width", insideWidth);
    Widths.requireAtLeast(0, "aside_width", asideWidth);
  }

  /** With adapters inside. */
  public ConnectedStream(int insideWidth, int asideWidth) {
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
            Stream.concat(inside().tensors(layer, config).stream(), streamTensors(layer, config))
                .toList());
  }

  private Stream<ModuleTensor> streamTensors(String layer, BertConfig config) {
    int d = config.hidden();
    return asideWidth == 0
        ? Stream.empty()
        : Stream.of(
            ModuleTensor.of(Initialisation.NORMAL, down(layer), asideWidth, d),
            ModuleTensor.of(Initialisation.ZERO, up(layer), d, asideWidth));
  }

  private static String down(String layer) {
    return layer + ".stream.down.weight";
  }

  private static String up(String layer) {
    return layer + ".stream.up.weight";
  }

  @Override
  public BertModules bind(ModuleTensors tensors, BertConfig config) {
    List<Gate> gates = new ArrayList<>();
    for (int i = 0; asideWidth > 0 && i < config.layers(); i++) {
      String layer = BackboneTensors.layer(i);
      gates.add(
          new Gate(
              new Linear(tensors.get(down(layer)), null),
              new Linear(tensors.get(up(layer)), null)));
    }
    LayeredModules insides =
        LayeredModules.of(config, i -> inside().layer(BackboneTensors.layer(i), tensors));
    return new Modules(insides, gates);
  }

  /** D and U of one layer. */
  private record Gate(Linear down, Linear up) {}

  private record Modules(LayeredModules insides, List<Gate> gates) implements BertModules {
    @Override
    public LayerModules layer(int index) {
      return insides.layer(index);
    }

    @Override
    public LayerStream begin(NDArray first) {
      return gates.isEmpty() ? LayerStream.NONE : new Stage(gates);
    }
  }

  /** The stream of one forward pass. */
  private static final class Stage implements LayerStream {
    private final List<Gate> gates;

    /** s {@code [batch·seq, width]}; null stands for zero. */
    private @Nullable NDArray state;

    Stage(List<Gate> gates) {
      this.gates = gates;
    }

    @Override
    public NDArray afterLayer(int index, NDArray x, NDArray y) {
      Gate gate = gates.get(index);
      NDArray written = gate.down().apply(x);
      NDArray next = state == null ? written : Sums.add(written, state);
      state = next;
      try (NDArray active = next.getNDArrayInternal().gelu()) {
        return Sums.add(gate.up().apply(active), y);
      }
    }

    @Override
    public NDArray afterModel(NDArray last) {
      if (state != null) {
        state.close();
      }
      return last;
    }
  }

  @Override
  public int[] widths() {
    return new int[] {inside().size(), asideWidth};
  }

  @Override
  public ConnectedStream withWidths(int... widths) {
    Widths.requireCount(2, widths);
    Inside inside = inside().withSize(widths[0]);
    return new ConnectedStream(inside.width(), inside.lora(), widths[1]);
  }
}
