package dev.freshet.pipeline.ann;

import java.util.Arrays;

/**
 * A passage's vector as the index keeps it: centred, rotated, and each component in 8 bits. What
 * else the index computes with follows from this.
 *
 * <p>Immutable; the array is shared and must not be written.
 */
final class Posting {
  static final int MAX_LEVEL = 127;

  private final float scale;
  private final byte[] levels;

  /**
   * @param scale what a level stands for
   * @param levels {@code [padded]}, -127 to 127
   */
  Posting(float scale, byte[] levels) {
    this.scale = scale;
    this.levels = levels;
  }

  /** The nearest levels, the scale such that the largest component just fits. */
  static Posting of(float[] rotated) {
    byte[] levels = new byte[rotated.length];
    float scale = Kernels.size(rotated).largest() / MAX_LEVEL;
    // One that is too small to be divided by is nothing.
    if (scale >= Float.MIN_NORMAL) {
      Kernels.levels(rotated, 1 / scale, levels);
    }
    return new Posting(scale, levels);
  }

  float scale() {
    return scale;
  }

  byte[] levels() {
    return levels;
  }

  /** {@code [padded]}, a new array. */
  float[] decode() {
    float[] rotated = new float[levels.length];
    Kernels.decode(levels, 0, scale, rotated);
    return rotated;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Posting that
        && scale == that.scale
        && Arrays.equals(levels, that.levels);
  }

  @Override
  public int hashCode() {
    return 31 * Float.hashCode(scale) + Arrays.hashCode(levels);
  }
}
