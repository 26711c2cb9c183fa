package dev.freshet.pipeline.ann;

import java.util.Random;

/** Vectors whose components have a normal distribution. */
final class Gaussian {
  private Gaussian() {}

  static float[] vector(Random random, int length) {
    return vector(random, length, 1);
  }

  static float[] vector(Random random, int length, double deviation) {
    float[] vector = new float[length];
    for (int d = 0; d < length; d++) {
      vector[d] = (float) (deviation * random.nextGaussian());
    }
    return vector;
  }
}
