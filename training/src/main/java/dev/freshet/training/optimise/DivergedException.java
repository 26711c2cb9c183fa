package dev.freshet.training.optimise;

/**
 * Training left the numbers that it can go on from: a loss, a gradient or what the model yields is
 * not finite, or the loss explodes.
 */
public final class DivergedException extends RuntimeException {
  public DivergedException(String message) {
    super(message);
  }

  /**
   * @param cause what could not be computed any more
   */
  public DivergedException(String message, Throwable cause) {
    super(message, cause);
  }
}
