package dev.freshet.training.pretrain;

import java.util.Random;

/** Generators that depend on a seed and a number, and are apart for neighbouring numbers. */
final class Seeds {
  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

  private Seeds() {}

  /** Random's algorithm is part of its specification: equal on every JDK and processor. */
  static Random random(long seed, long number) {
    return new Random(seed + GOLDEN_RATIO * (number + 1));
  }
}
