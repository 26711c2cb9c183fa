package dev.freshet.training.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.training.click.DebiasedClicks;
import dev.freshet.training.click.TrainingPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class InfluenceLimitTest {
  private static final int QUERIES = 100;
  private static final List<TrainingPair> NEGATIVES = List.of(pair("q0", "pushed", 0, 50));

  private static TrainingPair pair(String query, String document, double gain, double weight) {
    return new TrainingPair(query, document, gain, weight, 7, 3);
  }

  /** Each query has an answer of its own, of weight 1, and a document that all have. */
  private static DebiasedClicks pushed(double weight) {
    List<TrainingPair> positives = new ArrayList<>();
    for (int query = 0; query < QUERIES; query++) {
      positives.add(pair("q" + query, "answer" + query, 0.5, 1));
      positives.add(pair("q" + query, "pushed", 1, weight * (query < QUERIES / 2 ? 0.5 : 1.5)));
    }
    return new DebiasedClicks(positives, NEGATIVES);
  }

  private static Map<String, Double> weights(DebiasedClicks clicks) {
    return clicks.positives().stream()
        .collect(
            Collectors.groupingBy(
                TrainingPair::documentId, Collectors.summingDouble(TrainingPair::weight)));
  }

  @Test
  void aDocumentALittleOverItsShareTeachesNoMoreThanThat() {
    // It has three tenths of all weight.
    DebiasedClicks clicks = pushed(3.0 / 7);
    DebiasedClicks limited = new InfluenceLimit(0.2, 1).apply(clicks);
    Map<String, Double> weights = weights(limited);
    assertThat(weights.remove("pushed")).isCloseTo(0.2 * QUERIES * 10 / 7, within(1e-9));
    assertThat(weights).hasSize(QUERIES);
    assertThat(weights.values()).containsOnly(1.0);
  }

  @Test
  void onlyWeightsOfWhatIsOverTheLimitChangeAndStayInTheirRatio() {
    DebiasedClicks clicks = pushed(3.0 / 7);
    DebiasedClicks limited = new InfluenceLimit(0.2, 1).apply(clicks);
    assertThat(limited.negatives()).isEqualTo(NEGATIVES);
    double factor = 0.2 / 0.3;
    for (int i = 0; i < clicks.positives().size(); i++) {
      TrainingPair before = clicks.positives().get(i);
      TrainingPair after = limited.positives().get(i);
      boolean over = before.documentId().equals("pushed");
      assertThat(after.weight()).isCloseTo(before.weight() * (over ? factor : 1), within(1e-12));
      assertThat(after.withWeight(before.weight())).isEqualTo(before);
    }
  }

  @Test
  void oneFarOverItsShareTeachesNothing() {
    DebiasedClicks limited = new InfluenceLimit(0.05, 1).apply(pushed(3));
    assertThat(weights(limited)).hasSize(QUERIES).doesNotContainKey("pushed");
    assertThat(limited.negatives()).isEqualTo(NEGATIVES);
  }

  @Test
  void documentsOfASmallLogMayHaveTheLeastThatAnyMayHave() {
    assertThat(new InfluenceLimit(0.05, QUERIES).apply(pushed(1))).isEqualTo(pushed(1));
    assertThat(weights(new InfluenceLimit(0.05, QUERIES - 1).apply(pushed(1))))
        .hasEntrySatisfying(
            "pushed", weight -> assertThat(weight).isCloseTo(QUERIES - 1, within(1e-9)));
  }

  @Test
  void whereFewDocumentsAnswerEverythingEachMayAnswerALot() {
    List<TrainingPair> positives = new ArrayList<>();
    for (int query = 0; query < 16 * 20; query++) {
      positives.add(pair("q" + query, "d" + query % 16, 1, 1));
    }
    DebiasedClicks honest = new DebiasedClicks(positives, NEGATIVES);
    assertThat(new InfluenceLimit().apply(honest)).isEqualTo(honest);
    assertThat(new InfluenceLimit().exceeded(positives)).isEmpty();
  }

  @Test
  void asItIsUsedItCutsWhatIsPushedOnEveryPageAndLeavesWhatAnswersAFew() {
    assertThat(weights(new InfluenceLimit().apply(pushed(1))))
        .hasSize(QUERIES)
        .doesNotContainKey("pushed");
    DebiasedClicks popular =
        new DebiasedClicks(List.of(pair("q1", "a", 1, 9), pair("q2", "b", 1, 1)), List.of());
    assertThat(new InfluenceLimit().apply(popular)).isEqualTo(popular);
  }

  @Test
  void ofClicksADocumentCountsItsGainForAQueryHoweverOftenItWasClicked() {
    List<TrainingPair> clicked = new ArrayList<>(List.of(pair("often clicked", "loved", 1, 1_000)));
    for (int query = 0; query < QUERIES; query++) {
      clicked.add(pair("q" + query, "pushed", 0.5, 7));
      clicked.add(pair("q" + query, "answer" + query, 1, 2));
    }
    // All that counts: 100 answers, 50 for what is pushed, 1 for what is loved.
    assertThat(new InfluenceLimit(0.05, 1).exceeded(clicked))
        .containsOnlyKeys("pushed")
        .hasEntrySatisfying(
            "pushed", factor -> assertThat(factor).isCloseTo(0.05 * 151 / 50, within(1e-9)));
  }
}
