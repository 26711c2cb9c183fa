package dev.freshet.model.encoder;

import dev.freshet.model.checkpoint.SafetensorsWriter.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * BERT tensors drawn from a normal distribution. Every tensor has a generator of its own, seeded by
 * the seed and the tensor's place, so tensors do not depend on the order in which they are asked
 * for.
 */
final class SeededWeights {
  /**
   * Words against positions and types: the sum goes through a layer norm, so only the ratio counts.
   * Positions and types are small, because the same word must yield nearly the same state wherever
   * it stands; else vectors would compare where words stand and not which words there are.
   */
  private static final double WORD_DEVIATION = 1;

  /** BERT's own initialisation: small enough that states stay near the word embeddings. */
  private static final double DEVIATION = 0.02;

  private SeededWeights() {}

  /** All tensors of the encoder, by their Hugging Face names. */
  static List<Tensor> of(BertConfig config, long seed) {
    List<TensorShape> tensors = BackboneTensors.encoder(config);
    return IntStream.range(0, tensors.size())
        .mapToObj(place -> tensor(tensors.get(place), seed, place))
        .toList();
  }

  private static Tensor tensor(TensorShape tensor, long seed, int place) {
    long[] dimensions = tensor.dimensions().stream().mapToLong(Long::longValue).toArray();
    return new Tensor(tensor.name(), () -> values(tensor, seed, place), dimensions);
  }

  private static float[] values(TensorShape tensor, long seed, int place) {
    float[] values = new float[Math.toIntExact(tensor.elements())];
    if (tensor.name().endsWith("LayerNorm.weight")) {
      Arrays.fill(values, 1);
    } else if (!tensor.name().endsWith(".bias")) {
      // Random's algorithm is part of its specification: equal on every JDK and processor. An odd
      // multiplier keeps neighbouring tensors' generators apart.
      Random random = new Random(seed + 0x9E3779B97F4A7C15L * (place + 1));
      double deviation = tensor.name().equals(BackboneTensors.WORDS) ? WORD_DEVIATION : DEVIATION;
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (deviation * random.nextGaussian());
      }
    }
    return values;
  }
}
