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

  @Test
  void aQueryThatIsAskedFarMoreOftenCountsFiveOfTheOneInTheMiddle() {
    Map<String, Map<String, Double>> byQuery = new LinkedHashMap<>();
    for (int query = 0; query < 9; query++) {
      byQuery.put("q" + query, Map.of("a", 1.0));
    }
    byQuery.put("flooded", Map.of("a", 900.0, "b", 100.0));
    ClickedGains gains = ClickedGains.of(byQuery);
    double mean = (9 + 5) / 10.0;
    assertThat(gains.discounted("q3", ranking("a", "b"))).isCloseTo(1 / mean, within(1e-12));
    assertThat(gains.discounted("flooded", ranking("a", "c"))).isCloseTo(4.5 / mean, within(1e-12));
  }
}
