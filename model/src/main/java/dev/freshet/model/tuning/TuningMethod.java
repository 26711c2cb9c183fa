package dev.freshet.model.tuning;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.BertModules;
import java.util.List;

/**
 * A way to adapt a frozen backbone. Each record is the configuration of one method, and knows the
 * tensors that the method trains and how they take part in the forward pass.
 *
 * <p>With d the hidden size, a bottleneck of width w is {@code BN_w(x) = W_up·gelu(W_down·x +
 * b_down) + b_up}, W_down {@code [w, d]}, W_up {@code [d, w]}. All but W_down starts as zero. A
 * width of 0 leaves the module out.
 *
 * <p>Immutable. In JSON a method's name is under the key {@code method}, its components beside it
 * in snake case.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "method")
@JsonSubTypes({
  @JsonSubTypes.Type(value = FullFineTuning.class, name = "full"),
  @JsonSubTypes.Type(value = BitFit.class, name = "bitfit"),
  @JsonSubTypes.Type(value = PrefixTuning.class, name = "prefix"),
  @JsonSubTypes.Type(value = Adapter.class, name = "adapter"),
  @JsonSubTypes.Type(value = Lora.class, name = "lora"),
  @JsonSubTypes.Type(value = MamAdapter.class, name = "mam"),
  @JsonSubTypes.Type(value = IaaS.class, name = "iaa-s"),
  @JsonSubTypes.Type(value = IaaL.class, name = "iaa-l"),
  @JsonSubTypes.Type(value = IaaM.class, name = "iaa-m"),
  @JsonSubTypes.Type(value = ConnectedStream.class, name = "stream"),
})
public sealed interface TuningMethod
    permits FullFineTuning,
        BitFit,
        PrefixTuning,
        Adapter,
        Lora,
        MamAdapter,
        IaaS,
        IaaL,
        IaaM,
        ConnectedStream {

  /** The tensors that the method trains, in the order of the forward pass. */
  List<ModuleTensor> tensors(BertConfig config);

  /**
   * How the tensors take part in the forward pass.
   *
   * @param tensors those of {@link #tensors}; the result does not own them
   */
  BertModules bind(ModuleTensors tensors, BertConfig config);

  /**
   * The numbers that decide the method's size, in whole proportion to its count of weights; empty
   * where the size is fixed.
   */
  default int[] widths() {
    return new int[0];
  }

  /**
   * The same method of another size.
   *
   * @param widths as many as {@link #widths} has, each at least 0
   * @throws IllegalArgumentException when they are not as many, or one is below 0
   */
  default TuningMethod withWidths(int... widths) {
    Widths.requireCount(0, widths);
    return this;
  }
}
