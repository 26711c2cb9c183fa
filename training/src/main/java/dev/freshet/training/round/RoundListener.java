package dev.freshet.training.round;

import dev.freshet.training.optimise.StepReport;

/** Hears how a round goes, on the thread that trains. */
public interface RoundListener {
  /** Nobody listens. */
  RoundListener NONE = (report, examples) -> {};

  /**
   * A step was taken.
   *
   * @param examples that it saw
   */
  void step(StepReport report, long examples);

  /**
   * Training diverged, and begins anew.
   *
   * @param why it is held to have diverged
   * @param rate the highest learning rate from now on
   */
  default void begunAnew(String why, double rate) {}

  /** The round looked at the held-out part. */
  default void looked(RoundHistory.Quality quality) {}
}
