package dev.freshet.pipeline.tune;

import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.Generations;
import dev.freshet.training.feedback.Interactions;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rounds that earlier runs of the job have announced. After a crash a checkpoint brings back
 * what they were given, together with all that arrived while they ran; so what counts is not which
 * interactions are here but up to what time they have been in a round. Used by one thread.
 */
final class AnnouncedRounds {
  /** Those that may have been given what is still here; the one that ends first comes first. */
  private final Deque<GenerationRecord.Round> rounds;

  private AnnouncedRounds(Deque<GenerationRecord.Round> rounds) {
    this.rounds = rounds;
  }

  /** Those that {@code models} tells of at the start of the job. */
  static AnnouncedRounds of(Generations generations) {
    return new AnnouncedRounds(
        new ArrayDeque<>(
            generations.all().stream()
                .flatMap(record -> Stream.ofNullable(record.round()))
                .sorted(Comparator.comparing(GenerationRecord.Round::to))
                .toList()));
  }

  /**
   * How the first of them ended that was given some of these; null where none of them was. Each is
   * told until something comes that it cannot have been given.
   *
   * @param fresh interactions, at least one
   */
  RoundRunner.@Nullable Ended next(Interactions fresh) {
    while (!rounds.isEmpty()) {
      GenerationRecord.Round round = rounds.getFirst();
      if (fresh.last().isAfter(round.to())) {
        rounds.removeFirst();
      }
      if (!fresh.first().isAfter(round.to())) {
        return new RoundRunner.Ended(RoundRunner.Ending.of(round.ending()), round.to());
      }
    }
    return null;
  }
}
