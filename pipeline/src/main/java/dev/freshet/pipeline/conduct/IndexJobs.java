package dev.freshet.pipeline.conduct;

import java.util.Set;

/** Where index jobs run. Each method may be called again when it failed. */
public interface IndexJobs {

  /** Generations whose jobs run, or are being restarted. */
  Set<Integer> running();

  /**
   * Starts a generation's job from its newest complete checkpoint.
   *
   * @throws IllegalStateException when it is not accepted
   */
  void start(int generation);

  /** Stops a generation's job and waits for its end; without effect where none runs. */
  void stop(int generation);

  /** Forgets what the job of a generation that is over has kept; none runs. */
  void forget(int generation);
}
