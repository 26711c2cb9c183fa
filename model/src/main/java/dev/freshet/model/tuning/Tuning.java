package dev.freshet.model.tuning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.encoder.BackboneTensors;
import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.BertModules;
import dev.freshet.model.encoder.TensorShape;
import java.util.List;
import java.util.stream.Stream;

/**
 * A tuning method with what goes along with any of them: everything that is needed to make modules
 * for a backbone.
 *
 * <p>In JSON one flat object: the method's keys, and {@code word_rank}, {@code head} and {@code
 * deviation}, which may be left out.
 *
 * @param method the method
 * @param wordRank rank of a trainable change of the word embedding table; 0 for none
 * @param head whether the cross-encoder's head (pooler and classifier) is trained too
 * @param deviation standard deviation of what starts as random
 */
public record Tuning(TuningMethod method, int wordRank, boolean head, double deviation) {
  /** As Houlsby et al. have it, and BERT itself. */
  public static final double DEFAULT_DEVIATION = 0.02;

  public Tuning {
    Widths.requireAtLeast(0, "word_rank", wordRank);
    Widths.requirePositive("deviation", deviation);
  }

  /** The method alone. */
  public static Tuning of(TuningMethod method) {
    return new Tuning(method, 0, false, DEFAULT_DEVIATION);
  }

  public Tuning withWordRank(int rank) {
    return new Tuning(method, rank, head, deviation);
  }

  public Tuning withHead() {
    return new Tuning(method, wordRank, true, deviation);
  }

  public Tuning withDeviation(double newDeviation) {
    return new Tuning(method, wordRank, head, newDeviation);
  }

  /**
   * Reads a configuration.
   *
   * @throws InvalidModelException when a key is unknown or missing or has a value that is not
   *     allowed, naming it
   */
  public static Tuning parse(JsonNode json) {
    return TuningJson.parse(json);
  }

  /** The configuration as {@link #parse} reads it; what is as by default is left out. */
  public ObjectNode toJson() {
    return TuningJson.write(this);
  }

  /** All trainable tensors, in the order of the forward pass. */
  public List<ModuleTensor> tensors(BertConfig config) {
    Stream<TensorShape> heads = head ? BackboneTensors.head(config).stream() : Stream.empty();
    return Stream.of(
            WordUpdate.tensors(config, wordRank),
            method.tensors(config),
            heads.map(tensor -> new ModuleTensor(tensor, Initialisation.BACKBONE)).toList())
        .flatMap(List::stream)
        .toList();
  }

  /** Number of trainable parameters. */
  public ParameterCount parameters(BertConfig config) {
    return ParameterCount.of(tensors(config));
  }

  /**
   * Makes modules that a model can be made with.
   *
   * @param tensors made or loaded for this tuning; the result closes them
   * @throws IllegalArgumentException when they are another tuning's
   */
  public BertModules bind(ModuleTensors tensors, BertConfig config) {
    List<String> wanted = tensors(config).stream().map(ModuleTensor::name).toList();
    List<String> given = List.copyOf(tensors.arrays().keySet());
    if (!given.equals(wanted)) {
      throw new IllegalArgumentException(
          "%s has the tensors %s, was given %s".formatted(method, wanted, given));
    }
    return new BoundModules(tensors, method.bind(tensors, config), WordUpdate.find(tensors), head);
  }
}
