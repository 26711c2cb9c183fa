package dev.freshet.training.round;

import dev.freshet.training.optimise.Objective;

/** What a tuning round makes smaller, and can be asked about without a step being taken. */
public interface RoundObjective extends Objective, AutoCloseable {

  /** The loss of the examples of a step, as {@link #backward} has it; no gradients are added. */
  double loss(long step);

  /** Examples that a pass sees. */
  int batch();

  /** The loss of a model that cannot tell anything from anything, in nats. */
  double chance();

  /** Frees what passes share; the model stays. Idempotent. */
  @Override
  void close();
}
