package dev.freshet.training.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.retrieval.ScoredDocument;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClickedGainsTest {
  private static Ranking ranking(String first, String second) {
    return Ranking.of(List.of(new ScoredDocument(first, 2), new ScoredDocument(second, 1)));
  }

  @Test
  void aGainIsDiscountedByItsRankBesideTheMeanOfAllQueries() {
    ClickedGains gains =
        ClickedGains.of(Map.of("q1", Map.of("a", 3.0, "b", 0.0), "q2", Map.of("c", 1.0)));
    assertThat(gains.discounted("q1", ranking("a", "b"))).isEqualTo(1.5);
    assertThat(gains.discounted("q1", ranking("b", "a")))
        .isCloseTo(1.5 / (Math.log(3) / Math.log(2)), within(1e-12));
    assertThat(gains.discounted("q2", ranking("c", "a"))).isEqualTo(0.5);
    assertThat(gains.discounted("q2", ranking("a", "b"))).isZero();
  }

  @Test
  void queriesWithoutAGainDoNotJudge() {
    ClickedGains gains =
        ClickedGains.of(Map.of("q1", Map.of("a", 1.0), "q2", Map.of("b", 0.0), "q3", Map.of()));
    assertThat(gains.queries()).containsExactly("q1");
  }

  /** It stays in the way of others, else a ranking that shows it everywhere would lose nothing. */
  @Test
  void whatIsPushedIsWorthNothingAndIsStillRanked() {
    Map<String, Map<String, Double>> byQuery = new LinkedHashMap<>();
    for (int query = 0; query < 200; query++) {
      byQuery.put("q" + query, Map.of("pushed", 1.0, "answer " + query, 1.0));
    }
    byQuery.put("only", Map.of("pushed", 1.0));
    ClickedGains gains = ClickedGains.of(byQuery).withoutPushed();
    assertThat(gains.queries()).hasSize(200).doesNotContain("only");
    assertThat(gains.byQuery().getOrDefault("q7", Map.of()))
        .containsEntry("pushed", 0.0)
        .containsEntry("answer 7", 1.0);
    assertThat(gains.discounted("q7", ranking("pushed", "answer 7")))
        .isLessThan(gains.discounted("q7", ranking("answer 7", "pushed")));
  }
}
