package dev.freshet.training.sampling;

import java.util.Random;

/** Generators that depend on a seed and a number, and are apart for neighbouring numbers. */
public final class Seeds {
  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

  private Seeds() {}

  /** Random's algorithm is part of its specification: equal on every JDK and processor. */
  public static Random random(long seed, long number) {
    return new Random(seed + GOLDEN_RATIO * (number + 1));
  }
}
