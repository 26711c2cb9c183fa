package dev.freshet.model.encoder;

import java.util.ArrayList;
import java.util.List;

/**
 * Which tensors a BERT of a configuration consists of, by their Hugging Face names and in the order
 * of the forward pass.
 */
public final class BackboneTensors {
  /** The word embedding table {@code [vocabulary, hidden]}. */
  public static final String WORDS = "embeddings.word_embeddings.weight";

  /** The position embedding table {@code [positions, hidden]}. */
  public static final String POSITIONS = "embeddings.position_embeddings.weight";

  static final String TYPES = "embeddings.token_type_embeddings.weight";
  static final String EMBEDDING_NORM = "embeddings.LayerNorm";
  static final String POOLER = "pooler.dense";
  static final String CLASSIFIER = "classifier";

  private final BertConfig config;
  private final List<TensorShape> tensors = new ArrayList<>();

  private BackboneTensors(BertConfig config) {
    this.config = config;
  }

  /** The encoder: embeddings and layers, without the cross-encoder's head. */
  public static List<TensorShape> encoder(BertConfig config) {
    BackboneTensors all = new BackboneTensors(config);
    long d = config.hidden();
    all.add(WORDS, config.vocabulary(), d);
    all.add(POSITIONS, config.positions(), d);
    all.add(TYPES, config.types(), d);
    all.layerNorm(EMBEDDING_NORM);
    for (int i = 0; i < config.layers(); i++) {
      all.layer(layer(i));
    }
    return List.copyOf(all.tensors);
  }

  /** What scores a pair of texts: the pooler and a classifier of one logit. */
  public static List<TensorShape> head(BertConfig config) {
    BackboneTensors all = new BackboneTensors(config);
    all.linear(POOLER, config.hidden(), config.hidden());
    all.linear(CLASSIFIER, 1, config.hidden());
    return List.copyOf(all.tensors);
  }

  /**
   * Parameters of the encoder and its pooler: what published figures take a share of, 109,482,240
   * for BERT-base.
   */
  public static long parameters(BertConfig config) {
    long pooler = (long) config.hidden() * config.hidden() + config.hidden();
    return encoder(config).stream().mapToLong(TensorShape::elements).sum() + pooler;
  }

  /** What the names of the tensors of a layer begin with, without the dot after it. */
  public static String layer(int index) {
    return "encoder.layer." + index;
  }

  private void layer(String name) {
    long d = config.hidden();
    for (Projection projection : Projection.values()) {
      linear(name + ".attention.self." + projection.tensorName(), d, d);
    }
    linear(name + ".attention.output.dense", d, d);
    layerNorm(name + ".attention.output.LayerNorm");
    linear(name + ".intermediate.dense", config.ffn(), d);
    linear(name + ".output.dense", d, config.ffn());
    layerNorm(name + ".output.LayerNorm");
  }

  private void linear(String name, long outputs, long inputs) {
    add(name + ".weight", outputs, inputs);
    add(name + ".bias", outputs);
  }

  private void layerNorm(String name) {
    add(name + ".weight", config.hidden());
    add(name + ".bias", config.hidden());
  }

  private void add(String name, long... shape) {
    tensors.add(TensorShape.of(name, shape));
  }
}
