package dev.freshet.pipeline.tune;

import dev.freshet.training.feedback.FeedbackRound;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/** Runs tuning rounds, one at a time, on a thread that may be interrupted. */
interface RoundRunner {

  /** How a round ended. */
  enum Ending {
    /** Its modules are announced as a generation. */
    PUBLISHED,
    /** It is not beyond doubt that they are better; that is announced, too. */
    UNPROVEN,
    /** Something is wrong with them, or with what was clicked; that is announced, too. */
    REJECTED,
    /** It cannot begin yet: a generation is on its way. Nothing was done. */
    POSTPONED
  }

  /**
   * Runs a round on the calling thread.
   *
   * @param lesson what it learns from; asked for only if the round begins
   * @throws CancellationException when the thread was interrupted; nothing was announced
   */
  Ending run(Supplier<FeedbackRound.Lesson> lesson);
}
