package dev.freshet.pipeline.tune;

import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.training.feedback.FeedbackRound;
import java.time.Instant;
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
    POSTPONED;

    /** As {@code models} tells of it. */
    static Ending of(GenerationRecord.Round.Ending announced) {
      return switch (announced) {
        case PUBLISHED -> PUBLISHED;
        case UNPROVEN -> UNPROVEN;
        case REJECTED -> REJECTED;
      };
    }
  }

  /**
   * A round that is over.
   *
   * @param ending how it ended
   * @param until time of the newest fresh interaction that this is about; later ones have been in
   *     no round
   */
  record Ended(Ending ending, Instant until) {
    /** About all that it was given. */
    static Ended of(Ending ending) {
      return new Ended(ending, Instant.MAX);
    }
  }

  /**
   * Runs a round on the calling thread. Where an earlier run of the job has announced one with some
   * of these interactions, it runs none and tells how that one ended.
   *
   * @param lesson what it learns from; asked for only if the round begins
   * @throws CancellationException when the thread was interrupted; nothing was announced
   */
  Ended run(Supplier<FeedbackRound.Lesson> lesson);
}
