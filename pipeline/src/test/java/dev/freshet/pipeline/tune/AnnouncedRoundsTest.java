package dev.freshet.pipeline.tune;

import static dev.freshet.pipeline.event.GenerationRecord.Round.Ending.PUBLISHED;
import static dev.freshet.pipeline.event.GenerationRecord.Round.Ending.REJECTED;
import static dev.freshet.pipeline.event.GenerationRecord.Round.Ending.UNPROVEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.Generations;
import dev.freshet.pipeline.event.MalformedRecordException;
import dev.freshet.training.feedback.Interactions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class AnnouncedRoundsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private static GenerationRecord generation(int number) {
    return GenerationRecord.published(number, "f" + number, "m", number, 1, Map.of(), NOW);
  }

  private static GenerationRecord round(
      int number, long from, long to, GenerationRecord.Round.Ending ending) {
    var round =
        new GenerationRecord.Round(
            Instant.ofEpochMilli(from), Instant.ofEpochMilli(to), ending, null);
    return ending == PUBLISHED
        ? generation(number).of(round)
        : generation(number).of(round).rejected(List.of("because"), NOW);
  }

  private static AnnouncedRounds of(GenerationRecord... records) throws MalformedRecordException {
    Generations all = Generations.NONE;
    for (GenerationRecord record : records) {
      all = all.with(record);
    }
    return AnnouncedRounds.of(all);
  }

  private static Interactions fresh(long from, long to) {
    return new Interactions(
        LongStream.range(from, to)
            .mapToObj(millis -> Pages.clicked("q" + millis, null, millis).interaction())
            .toList());
  }

  private static RoundRunner.Ended ended(RoundRunner.Ending ending, long until) {
    return new RoundRunner.Ended(ending, Instant.ofEpochMilli(until));
  }

  @Test
  void whatArrivedDuringTheRoundDoesNotHideThatItIsOver() throws MalformedRecordException {
    AnnouncedRounds rounds = of(generation(2), round(3, 10, 19, PUBLISHED));
    assertThat(rounds.next(fresh(10, 30))).isEqualTo(ended(RoundRunner.Ending.PUBLISHED, 19));
    assertThat(rounds.next(fresh(20, 30))).isNull();
  }

  @Test
  void whatWasNeverInARoundIs() throws MalformedRecordException {
    assertThat(of(generation(2), round(3, 10, 19, PUBLISHED)).next(fresh(20, 30))).isNull();
    assertThat(of(generation(2)).next(fresh(20, 30))).isNull();
  }

  @Test
  void aRoundWithoutModulesCountsAsItEnded() throws MalformedRecordException {
    assertThat(of(round(2, 10, 19, UNPROVEN)).next(fresh(10, 30)))
        .isEqualTo(ended(RoundRunner.Ending.UNPROVEN, 19));
    assertThat(of(round(2, 10, 19, REJECTED)).next(fresh(10, 30)))
        .isEqualTo(ended(RoundRunner.Ending.REJECTED, 19));
  }

  @Test
  void readFromTheBeginningEveryInteractionIsSettledAsItWas() throws MalformedRecordException {
    AnnouncedRounds rounds =
        of(round(2, 10, 19, REJECTED), round(3, 20, 29, UNPROVEN), round(4, 20, 39, PUBLISHED));
    assertThat(rounds.next(fresh(10, 15))).isEqualTo(ended(RoundRunner.Ending.REJECTED, 19));
    assertThat(rounds.next(fresh(15, 25))).isEqualTo(ended(RoundRunner.Ending.REJECTED, 19));
    assertThat(rounds.next(fresh(20, 45))).isEqualTo(ended(RoundRunner.Ending.UNPROVEN, 29));
    assertThat(rounds.next(fresh(20, 45))).isEqualTo(ended(RoundRunner.Ending.PUBLISHED, 39));
    assertThat(rounds.next(fresh(40, 45))).isNull();
  }
}
