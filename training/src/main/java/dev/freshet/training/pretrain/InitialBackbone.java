package dev.freshet.training.pretrain;

import dev.freshet.model.checkpoint.SafetensorsWriter;
import dev.freshet.model.encoder.BackboneTensors;
import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.TensorShape;
import dev.freshet.training.sampling.Seeds;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * What a small BERT starts as: words N(0, 0.02²), positions waves of as much energy (Vaswani et al.
 * 2017, section 3.5), linear layers N(0, 1/inputs), biases 0, layer norms the identity; and the
 * last linear layer of every sub-layer 0, so that at first each layer passes on what it gets.
 *
 * <p>BERT's own start, N(0, 0.02²) everywhere, suits a width of 768 and a million steps. Layers
 * whose output is random noise at first are slow to be of use: of four, none learnt more than the
 * frequencies of tokens in 500 steps, at any rate; with 0 they do within 100.
 */
final class InitialBackbone {
  private static final String LAST_LINEAR = "output.dense.weight";

  /** In positions, divided by 2π. */
  private static final double LONGEST_WAVE = 10_000;

  private static final double EMBEDDING_DEVIATION = 0.02;

  private InitialBackbone() {}

  static List<SafetensorsWriter.Tensor> tensors(BertConfig config, long seed) {
    return BackboneTensors.encoder(config).stream()
        .map(
            tensor ->
                new SafetensorsWriter.Tensor(
                    tensor.name(),
                    () -> values(tensor, seed),
                    tensor.dimensions().stream().mapToLong(Long::longValue).toArray()))
        .toList();
  }

  private static float[] values(TensorShape tensor, long seed) {
    float[] values = new float[Math.toIntExact(tensor.elements())];
    if (tensor.name().endsWith("LayerNorm.weight")) {
      Arrays.fill(values, 1);
    } else if (tensor.name().equals(BackboneTensors.POSITIONS)) {
      waves(values, Math.toIntExact(tensor.dimensions().get(1)));
    } else if (!tensor.name().endsWith(".bias") && !tensor.name().endsWith(LAST_LINEAR)) {
      Random random = Seeds.random(seed, tensor.name().hashCode());
      double deviation = deviation(tensor);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (deviation * random.nextGaussian());
      }
    }
    return values;
  }

  private static void waves(float[] values, int width) {
    for (int i = 0; i < values.length; i++) {
      int position = i / width;
      int pair = i % width / 2;
      // Strict: the same bits on every processor.
      double angle = position / StrictMath.pow(LONGEST_WAVE, 2.0 * pair / width);
      double wave = i % 2 == 0 ? StrictMath.sin(angle) : StrictMath.cos(angle);
      values[i] = (float) (EMBEDDING_DEVIATION * Math.sqrt(2) * wave);
    }
  }

  private static double deviation(TensorShape tensor) {
    return tensor.name().startsWith("embeddings.")
        ? EMBEDDING_DEVIATION
        : 1 / Math.sqrt(tensor.dimensions().get(1));
  }
}
