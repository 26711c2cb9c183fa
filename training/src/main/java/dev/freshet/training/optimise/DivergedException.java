package dev.freshet.training.optimise;

/** Training left the numbers that it can go on from: a loss or a gradient is not finite. */
public final class DivergedException extends RuntimeException {
  public DivergedException(String message) {
    super(message);
  }
}
