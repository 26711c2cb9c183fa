package dev.freshet.training.click;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.training.corpus.Judgement;
import dev.freshet.training.evaluation.Qrels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Probabilities of whole click patterns on a page of two, computed by hand. */
class ClickModelTest {
  private static final int SESSIONS = 20_000;

  /** The first document is not relevant and attracts with 0.3, the second with 0.8. */
  private static final Attractiveness ATTRACTIVENESS = new Attractiveness(List.of(0.3, 0.8));

  private static final Page PAGE = Page.asRanked("q", List.of("poor", "good"));
  private static final Qrels TRUTH = new Qrels(List.of(new Judgement("q", "good", 1)));

  private static Map<List<Integer>, Double> shares(ClickModel users) {
    Random random = new Random(5);
    Map<List<Integer>, Double> shares = new HashMap<>();
    for (int i = 0; i < SESSIONS; i++) {
      shares.merge(users.click(PAGE, TRUTH, random), 1.0 / SESSIONS, Double::sum);
    }
    return shares;
  }

  private static void assertShares(ClickModel users, double none, double first, double second) {
    Map<List<Integer>, Double> shares = shares(users);
    double both = 1 - none - first - second;
    assertThat(shares.getOrDefault(List.of(), 0.0)).isCloseTo(none, within(0.014));
    assertThat(shares.getOrDefault(List.of(1), 0.0)).isCloseTo(first, within(0.014));
    assertThat(shares.getOrDefault(List.of(2), 0.0)).isCloseTo(second, within(0.014));
    assertThat(shares.getOrDefault(List.of(1, 2), 0.0)).isCloseTo(both, within(0.014));
  }

  @Test
  void positionsAreExaminedIndependently() {
    ExaminationCurve half = new ExaminationCurve(List.of(1.0, 0.5));
    // 0.3 at the first, 0.5 · 0.8 = 0.4 at the second.
    assertShares(new PositionBasedModel(half, ATTRACTIVENESS), 0.7 * 0.6, 0.3 * 0.6, 0.7 * 0.4);
  }

  @Test
  void aCascadeEndsWithItsFirstClick() {
    assertShares(new CascadeModel(ATTRACTIVENESS), 0.7 * 0.2, 0.3, 0.7 * 0.8);
  }

  @Test
  void aDependentUserGoesOnAfterAClickSometimes() {
    ClickModel users = new DependentClickModel(ATTRACTIVENESS, List.of(0.25));
    assertShares(users, 0.7 * 0.2, 0.3 * (0.75 + 0.25 * 0.2), 0.7 * 0.8);
  }

  @Test
  void withoutContinuationADependentUserIsACascade() {
    ClickModel users = new DependentClickModel(ATTRACTIVENESS, List.of(0.0));
    assertShares(users, 0.7 * 0.2, 0.3, 0.7 * 0.8);
  }

  @Test
  void aRandomClickerDoesNotCare() {
    assertShares(new RandomClicker(0.4), 0.6 * 0.6, 0.4 * 0.6, 0.6 * 0.4);
  }

  @Test
  void anInvertedUserPrefersWhatIsNotRelevant() {
    assertShares(new CascadeModel(ATTRACTIVENESS.inverted()), 0.2 * 0.7, 0.8, 0.2 * 0.3);
  }

  @Test
  void aPushingUserClicksOneDocument() {
    assertShares(new PushingUser("good"), 0, 0, 1);
    assertShares(new PushingUser("elsewhere"), 1, 0, 0);
  }

  @Test
  void gradesAboveTheLastCountAsTheLast() {
    assertThat(ATTRACTIVENESS.of(7)).isEqualTo(0.8);
  }

  @Test
  void refusesWhatIsNoProbability() {
    assertThatThrownBy(() -> new Attractiveness(List.of(0.1, 1.2)))
        .hasMessage("attractiveness must be between 0 and 1, was 1.2");
    assertThatThrownBy(() -> new Attractiveness(List.of()))
        .hasMessage("attractiveness must be at least one number, was empty");
    assertThatThrownBy(() -> new DependentClickModel(ATTRACTIVENESS, List.of(-0.1)))
        .hasMessage("continuation must be between 0 and 1, was -0.1");
    assertThatThrownBy(() -> new RandomClicker(2))
        .hasMessage("rate must be between 0 and 1, was 2.0");
  }
}
