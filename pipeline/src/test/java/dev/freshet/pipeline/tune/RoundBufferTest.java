package dev.freshet.pipeline.tune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.config.TuneConfig;
import dev.freshet.training.feedback.FeedbackRound;
import dev.freshet.training.feedback.Interaction;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RoundBufferTest {
  private static final double HELD_OUT = 0.25;

  /** A round every 8 interactions or minute, not with fewer than 4; 6 are replayed. */
  static TuneConfig config() {
    return new TuneConfig(
        TuneConfig.Start.SERVED,
        8,
        Duration.ofMinutes(1),
        4,
        Duration.ofSeconds(1),
        Duration.ZERO,
        100,
        6,
        Duration.ofSeconds(1));
  }

  private final RoundBuffer buffer = new RoundBuffer(config(), HELD_OUT, 0);

  private void add(int from, int to) {
    for (int i = from; i < to; i++) {
      buffer.add(Pages.clicked("q" + i, null, i));
    }
  }

  @Test
  void aRoundIsDueByNumberOrByTimeButNotWithTooFew() {
    add(0, 3);
    assertThat(buffer.isDue(Duration.ofDays(1).toMillis())).isFalse();
    add(3, 4);
    assertThat(buffer.isDue(0)).isFalse();
    assertThat(buffer.isDue(59_999)).isFalse();
    assertThat(buffer.isDue(60_000)).isTrue();
    add(4, 8);
    assertThat(buffer.isDue(0)).isTrue();
  }

  @Test
  void whatARoundLearnedIsReplayedAndWhatJudgedItJudgesAgain() {
    add(0, 8);
    FeedbackRound.Lesson first = buffer.lesson().get();
    assertThat(first.fresh().size()).isEqualTo(8);
    assertThat(first.replay().size()).isZero();
    add(8, 10); // while the round is under way
    buffer.replay(8, Instant.MAX, 0);
    FeedbackRound.Lesson second = buffer.lesson().get();
    assertThat(second.fresh().all())
        .extracting(each -> each.time().toEpochMilli())
        .containsExactly(8L, 9L);
    assertThat(second.replay().all())
        .extracting(each -> each.time().toEpochMilli())
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    // The newest quarter judged; of the past a quarter of the replay is kept.
    assertThat(second.past().all())
        .extracting(each -> each.time().toEpochMilli())
        .isSubsetOf(6L, 7L)
        .hasSize(1);
  }

  @Test
  void whatWasRejectedTeachesNobody() {
    add(0, 8);
    buffer.drop(8, Instant.MAX, 0);
    FeedbackRound.Lesson next = buffer.lesson().get();
    assertThat(next.fresh().size()).isZero();
    assertThat(next.replay().size()).isZero();
    assertThat(next.past().size()).isZero();
  }

  @Test
  void whatProvedNothingCountsInTheNextRoundThatMoreHaveComeFor() {
    add(0, 8);
    buffer.keep(8, Instant.MAX, 0);
    assertThat(buffer.isDue(Duration.ofDays(1).toMillis())).isFalse();
    add(8, 15);
    assertThat(buffer.isDue(0)).isFalse();
    add(15, 16);
    assertThat(buffer.isDue(0)).isTrue();
    assertThat(buffer.lesson().get().fresh().size()).isEqualTo(16);
    buffer.replay(16, Instant.MAX, 0);
    assertThat(buffer.fresh()).isZero();
  }

  @Test
  void theReplayIsASampleOfMoreThanTheLastRound() {
    for (int round = 0; round < 20; round++) {
      add(8 * round, 8 * round + 8);
      buffer.replay(buffer.end(), Instant.MAX, 0);
    }
    FeedbackRound.Lesson lesson = buffer.lesson().get();
    assertThat(lesson.replay().size()).isEqualTo(6);
    assertThat(lesson.replay().first().toEpochMilli()).isLessThan(8 * 19);
  }

  @Test
  void whileRoundsFailTheOldestLeave() {
    int left = 0;
    for (int i = 0; i < 200; i++) {
      left += buffer.add(Pages.clicked("q" + i, null, i));
    }
    assertThat(buffer.fresh()).isEqualTo(160);
    assertThat(left).isEqualTo(40);
  }

  @Test
  void whatHadToLeaveDuringARoundIsNotTakenFromWhatItNeverSaw() {
    add(0, 155);
    long given = buffer.end();
    add(155, 180); // the first 20 leave for them
    buffer.drop(given, Instant.MAX, 0);
    assertThat(buffer.lesson().get().fresh().all())
        .extracting(each -> each.time().toEpochMilli())
        .hasSize(25)
        .startsWith(155L);
    long next = buffer.end();
    add(180, 330); // 15 of those 25 leave
    buffer.keep(next, Instant.MAX, 0);
    assertThat(buffer.seenBefore()).isEqualTo(10);
    buffer.drop(next, Instant.MAX, 0);
    assertThat(buffer.fresh()).isEqualTo(150);
  }

  @Test
  void ofWhatACrashBroughtBackOnlyWhatWasInTheRoundIsSettled() {
    add(0, 11); // 8 were in a round, and 3 came while it ran
    buffer.keep(buffer.end(), Instant.ofEpochMilli(7), 0);
    assertThat(buffer.seenBefore()).isEqualTo(8);
    buffer.replay(buffer.end(), Instant.ofEpochMilli(7), 0);
    FeedbackRound.Lesson next = buffer.lesson().get();
    assertThat(next.fresh().all())
        .extracting(each -> each.time().toEpochMilli())
        .containsExactly(8L, 9L, 10L);
    assertThat(next.replay().size()).isEqualTo(6);
  }

  @Test
  void timeCountsFromARoundThatWasAnnouncedBeforeACrash() {
    for (int i = 0; i < 12; i++) {
      buffer.add(Pages.clicked("q" + i, null, 10_000 + i));
    }
    buffer.replay(buffer.end(), Instant.ofEpochMilli(10_007), 90_000);
    assertThat(buffer.fresh()).isEqualTo(4);
    assertThat(buffer.isDue(70_006)).isFalse();
    assertThat(buffer.isDue(70_007)).isTrue();
  }

  /** Asked so often that it is taught, though it is drawn to judge while it is rare. */
  private static String frequent() {
    return IntStream.range(0, 1_000)
        .mapToObj(i -> "query " + i)
        .filter(query -> !lessonOf(query).taughtByNow().isEmpty())
        .findFirst()
        .orElseThrow();
  }

  private static FeedbackRound.Lesson lessonOf(String query) {
    RoundBuffer buffer = new RoundBuffer(config(), HELD_OUT, 0);
    ask(buffer, query);
    return buffer.lesson().get();
  }

  private static void ask(RoundBuffer buffer, String query) {
    for (int i = 0; i < 12; i++) {
      buffer.add(Pages.asked(query, i));
    }
  }

  @Test
  void whatModulesThatArePublishedWereTaughtJudgesNoMore() {
    String query = frequent();
    ask(buffer, query);
    buffer.drop(buffer.end(), Instant.MAX, 0);
    assertThat(buffer.lesson().get().taught()).isEmpty();
    ask(buffer, query);
    buffer.replay(buffer.end(), Instant.MAX, 0);
    assertThat(buffer.lesson().get().taught()).containsExactly(Interaction.query(query).id());
    add(0, 8);
    buffer.replay(buffer.end(), Instant.MAX, 0);
    assertThat(buffer.lesson().get().taught()).containsExactly(Interaction.query(query).id());
  }

  @Test
  void aCheckpointHoldsEverything() {
    ask(buffer, frequent());
    buffer.replay(buffer.end(), Instant.MAX, 5_000);
    add(8, 11);
    RoundBuffer restored = new RoundBuffer(config(), HELD_OUT, 70_000);
    restored.restore(buffer.parts().get(0), buffer.parts().get(1), buffer.parts().get(2));
    restored.restore(buffer.seenBefore(), buffer.sinceMillis(), buffer.taught());
    assertThat(restored.lesson().get()).isEqualTo(buffer.lesson().get());
    assertThat(restored.lesson().get().taught()).hasSize(1);
    restored.add(Pages.clicked("q11", null, 11));
    assertThat(restored.isDue(64_999)).isFalse();
    assertThat(restored.isDue(65_000)).isTrue();
  }
}
