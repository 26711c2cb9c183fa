package dev.freshet.training.click;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.retrieval.Run;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClickSimulationTest {
  private static final SimulatedCollection COLLECTION = SimulatedCollection.of(50, 0.5, 1);
  private static final Population HALF_OF_THEM_CLICK =
      new Population(
          List.of(
              new Population.Share(0.5, new RandomClicker(1)),
              new Population.Share(0.5, new RandomClicker(0))));

  private static final long PEOPLE = 1;

  private static ClickLog simulate(long seed) {
    return simulate(PEOPLE, seed);
  }

  private static ClickLog simulate(long people, long seed) {
    PagePolicy policy = new PagePolicy.ShuffleTop(5, 0.5);
    return new ClickSimulation(HALF_OF_THEM_CLICK, policy, 4, 6, 40, people, seed)
        .run(COLLECTION.run(), COLLECTION.truth());
  }

  @Test
  void sameSeedSameLog() {
    assertThat(simulate(1)).isEqualTo(simulate(1)).isNotEqualTo(simulate(2));
  }

  @Test
  void everyQueryHasItsSessionsOfTheBestDocuments() {
    ClickLog log = simulate(1);
    assertThat(log.impressions()).hasSize(50 * 6);
    assertThat(log.positions()).isEqualTo(4);
    assertThat(log.impressions().get(0).page().slots())
        .extracting(Slot::documentId)
        .containsExactlyInAnyOrder("q0-d0", "q0-d1", "q0-d2", "q0-d3");
  }

  @Test
  void clientsKeepTheirKindFromOneSimulationToAnother() {
    Map<String, Integer> clicksOfClient = new HashMap<>();
    for (Impression impression : simulate(1).and(simulate(2)).impressions()) {
      int clicks = impression.clicks().size();
      Integer before = clicksOfClient.put(String.valueOf(impression.clientId()), clicks);
      assertThat(before).isIn(null, clicks);
    }
    double clickers = clicksOfClient.values().stream().filter(clicks -> clicks == 4).count();
    assertThat(clickers / clicksOfClient.size()).isCloseTo(0.5, within(0.2));
  }

  @Test
  void otherPeopleAreOfOtherKinds() {
    assertThat(simulate(1, 1).clicks()).isNotEqualTo(simulate(2, 1).clicks());
  }

  @Test
  void aQueryThatFoundNothingShowsNothing() {
    Run nothing = new Run(Map.of("q", Ranking.empty()));
    ClickLog log =
        new ClickSimulation(
                Population.of(new RandomClicker(1)), new PagePolicy.AsRanked(), 4, 6, 1, 1, 1)
            .run(nothing, COLLECTION.truth());
    assertThat(log.impressions()).isEmpty();
    assertThat(log.positions()).isZero();
  }

  @Test
  void refusesWhatCannotBe() {
    Population.Share most = new Population.Share(0.7, new RandomClicker(0));
    assertThatThrownBy(() -> new Population(List.of(most)))
        .hasMessage("shares must add up to 1, added up to 0.7");
    assertThatThrownBy(
            () ->
                new ClickSimulation(HALF_OF_THEM_CLICK, new PagePolicy.AsRanked(), 10, 0, 5, 1, 1))
        .hasMessage("page size, sessions and clients must be at least 1, were 10, 0 and 5");
  }
}
