package dev.freshet.model.encoder;

import dev.freshet.model.checkpoint.SafetensorsWriter.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * BERT tensors drawn from a normal distribution. Every tensor has a generator of its own, seeded by
 * the seed and the tensor's place, so tensors do not depend on the order in which they are asked
 * for.
 */
final class SeededWeights {
  static final int TYPES = 2;

  /**
   * Words against positions and types: the sum goes through a layer norm, so only the ratio counts.
   * Positions and types are small, because the same word must yield nearly the same state wherever
   * it stands; else vectors would compare where words stand and not which words there are.
   */
  private static final double WORD_DEVIATION = 1;

  private static final double PLACE_DEVIATION = 0.02;

  /** BERT's own initialisation: small enough that states stay near the word embeddings. */
  private static final double LAYER_DEVIATION = 0.02;

  private final SeededBackbone.Shape shape;
  private final long seed;
  private final int vocabulary;
  private final List<Tensor> tensors = new ArrayList<>();

  SeededWeights(SeededBackbone.Shape shape, long seed, int vocabulary) {
    this.shape = shape;
    this.seed = seed;
    this.vocabulary = vocabulary;
  }

  /** All tensors of the encoder, by their Hugging Face names. */
  List<Tensor> tensors() {
    int d = shape.hidden();
    normal("embeddings.word_embeddings.weight", WORD_DEVIATION, vocabulary, d);
    normal("embeddings.position_embeddings.weight", PLACE_DEVIATION, shape.window(), d);
    normal("embeddings.token_type_embeddings.weight", PLACE_DEVIATION, TYPES, d);
    layerNorm("embeddings.LayerNorm");
    for (int i = 0; i < shape.layers(); i++) {
      String layer = "encoder.layer." + i + ".";
      for (String part : List.of("query", "key", "value")) {
        linear(layer + "attention.self." + part, d, d);
      }
      linear(layer + "attention.output.dense", d, d);
      layerNorm(layer + "attention.output.LayerNorm");
      linear(layer + "intermediate.dense", shape.ffn(), d);
      linear(layer + "output.dense", d, shape.ffn());
      layerNorm(layer + "output.LayerNorm");
    }
    return List.copyOf(tensors);
  }

  private void linear(String name, int outputs, int inputs) {
    normal(name + ".weight", LAYER_DEVIATION, outputs, inputs);
    constant(name + ".bias", 0, outputs);
  }

  private void layerNorm(String name) {
    constant(name + ".weight", 1, shape.hidden());
    constant(name + ".bias", 0, shape.hidden());
  }

  private void constant(String name, float value, int length) {
    tensors.add(
        new Tensor(
            name,
            () -> {
              float[] values = new float[length];
              Arrays.fill(values, value);
              return values;
            },
            length));
  }

  private void normal(String name, double deviation, int rows, int columns) {
    // An odd multiplier keeps neighbouring tensors' generators apart.
    long own = seed + 0x9E3779B97F4A7C15L * (tensors.size() + 1);
    tensors.add(
        new Tensor(
            name,
            () -> {
              // Random's algorithm is part of its specification: equal on every JDK and processor.
              Random random = new Random(own);
              float[] values = new float[Math.multiplyExact(rows, columns)];
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) (deviation * random.nextGaussian());
              }
              return values;
            },
            rows,
            columns));
  }
}
