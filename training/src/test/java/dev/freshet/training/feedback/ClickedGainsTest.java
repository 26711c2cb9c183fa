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
  void aGainIsDiscountedByItsRankAndByWhatItsQueryCounts() {
    ClickedGains gains =
        ClickedGains.of(Map.of("q1", Map.of("a", 3.0, "b", 0.0), "q2", Map.of("c", 1.0)));
    // The query in the middle is the first: it counts a half, the other 1 / (1 + 3).
    double mean = (0.5 + 0.25) / 2;
    assertThat(gains.discounted("q1", ranking("a", "b"))).isCloseTo(0.5 / mean, within(1e-12));
    assertThat(gains.discounted("q1", ranking("b", "a")))
        .isCloseTo(0.5 / mean / (Math.log(3) / Math.log(2)), within(1e-12));
    assertThat(gains.discounted("q2", ranking("c", "a"))).isCloseTo(0.25 / mean, within(1e-12));
    assertThat(gains.discounted("q2", ranking("a", "b"))).isZero();
  }

  @Test
  void queriesWithoutAGainDoNotJudge() {
    ClickedGains gains =
        ClickedGains.of(Map.of("q1", Map.of("a", 1.0), "q2", Map.of("b", 0.0), "q3", Map.of()));
    assertThat(gains.queries()).containsExactly("q1");
  }

  @Test
  void aQueryThatIsFloodedCountsTwiceAsMuchAsTheOneInTheMiddleAtMost() {
    Map<String, Map<String, Double>> byQuery = new LinkedHashMap<>();
    for (int query = 0; query < 9; query++) {
      byQuery.put("q" + query, Map.of("a", 1.0));
    }
    byQuery.put("flooded", Map.of("a", 900.0, "b", 99.0));
    ClickedGains gains = ClickedGains.of(byQuery);
    double mean = (9 * 0.5 + 0.999) / 10;
    assertThat(gains.discounted("q3", ranking("a", "b"))).isCloseTo(0.5 / mean, within(1e-12));
    assertThat(gains.discounted("flooded", ranking("a", "c"))).isCloseTo(0.9 / mean, within(1e-12));
  }
}
