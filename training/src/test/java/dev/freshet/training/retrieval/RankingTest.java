package dev.freshet.training.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RankingTest {
  private static Ranking tied(String... ids) {
    return Ranking.of(Stream.of(ids).map(id -> new ScoredDocument(id, 1)).toList());
  }

  @Test
  void theHigherScoreIsFirst() {
    Ranking ranking =
        Ranking.of(
            List.of(
                new ScoredDocument("a", -2),
                new ScoredDocument("b", 3.5f),
                new ScoredDocument("c", 0)));
    assertThat(ranking.ids()).containsExactly("b", "c", "a");
    assertThat(ranking.get(2)).isEqualTo(new ScoredDocument("a", -2));
    assertThat(ranking.top(2).ids()).containsExactly("b", "c");
    assertThat(ranking.top(9)).isEqualTo(ranking);
  }

  @Test
  void ofEqualScoresTheLargerIdIsFirst() {
    assertThat(tied("1", "B", "10", "a", "2").ids()).containsExactly("a", "B", "2", "10", "1");
  }

  @Test
  void idsAreComparedAsBytes() {
    // In UTF-16, which Java compares by, the emoji is below U+E000; in UTF-8 it is above.
    assertThat(tied("\uE000", "\uD83D\uDE00", "z").ids())
        .containsExactly("\uD83D\uDE00", "\uE000", "z");
  }

  @Test
  void minusZeroTiesWithZero() {
    Ranking ranking =
        Ranking.of(List.of(new ScoredDocument("a", 0f), new ScoredDocument("b", -0f)));
    assertThat(ranking.ids()).containsExactly("b", "a");
  }

  @Test
  void refusesWhatCannotBeRanked() {
    assertThatThrownBy(() -> tied("a", "b", "a")).hasMessage("document a comes twice");
    assertThatThrownBy(() -> new ScoredDocument("a", Float.NaN))
        .hasMessage("score of a must be finite, was NaN");
  }
}
