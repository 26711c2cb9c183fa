package dev.freshet.training.click;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndifferentClientsTest {
  private static final SimulatedCollection COLLECTION = SimulatedCollection.of(800, 0.5, 1);
  private static final PagePolicy POLICY = new PagePolicy.AsRanked();
  private static final List<ClickModel> READERS =
      List.of(
          SimulatedCollection.POSITION_BASED,
          SimulatedCollection.CASCADE,
          SimulatedCollection.DEPENDENT);

  private static Set<String> clients(ClickLog log) {
    return log.impressions().stream()
        .map(Impression::clientId)
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }

  /** The same clicks by clients of another name. */
  private static ClickLog renamed(ClickLog log, String prefix) {
    return new ClickLog(
        log.impressions().stream()
            .map(each -> new Impression(each.page(), prefix + each.clientId(), each.clicks()))
            .toList());
  }

  /** Clients that are not in the log any more without the indifferent ones. */
  private static Set<String> gone(ClickLog log) {
    Set<String> gone = new TreeSet<>(clients(log));
    gone.removeAll(clients(IndifferentClients.of(log).removedFrom(log)));
    return gone;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.3, 0.9, 1})
  void whoClicksAnythingIsFoundAmongReaders(double rate) {
    ClickLog others = renamed(COLLECTION.clicks(new RandomClicker(rate), POLICY, 10), "other-");
    for (ClickModel users : READERS) {
      Set<String> gone = gone(renamed(COLLECTION.clicks(users, POLICY, 30), "reader-").and(others));
      long readers = gone.stream().filter(client -> client.startsWith("reader-")).count();
      assertThat(readers).as("of 500 readers: %s", users).isLessThan(10);
      assertThat(gone.size() - readers).as("of 500, beside %s", users).isGreaterThan(250);
    }
  }

  @Test
  void readersAreHardlyEverTakenForThem() {
    for (ClickModel users : READERS) {
      assertThat(gone(COLLECTION.clicks(users, POLICY, 12))).as("%s", users).hasSizeLessThan(10);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 11, 21, 101})
  void howManyReadersThereAreDoesNotMatter(int clients) {
    for (ClickModel users : READERS) {
      ClickLog log =
          new ClickSimulation(
                  Population.of(users), POLICY, SimulatedCollection.PAGE, 2, clients, 1, 7)
              .run(COLLECTION.run(), COLLECTION.truth());
      assertThat(gone(log)).as("of %d: %s", clients, users).isEmpty();
    }
  }

  @Test
  void whoReadsToTheEndAndClicksWhatOthersClickIsAReader() {
    ClickModel careful =
        new PositionBasedModel(
            ExaminationCurve.power(SimulatedCollection.PAGE, 0),
            SimulatedCollection.ATTRACTIVENESS);
    ClickLog all =
        renamed(COLLECTION.clicks(SimulatedCollection.POSITION_BASED, POLICY, 20), "reader-")
            .and(renamed(COLLECTION.clicks(new RandomClicker(0.3), POLICY, 5), "other-"))
            .and(renamed(COLLECTION.clicks(careful, POLICY, 5), "careful-"));
    long gone = gone(all).stream().filter(client -> client.startsWith("careful-")).count();
    assertThat(gone).as("of 500").isLessThan(25);
  }

  @Test
  void whoKeepsComingForWhatStandsLowIsNotIndifferent() {
    ClickLog log = COLLECTION.clicks(SimulatedCollection.POSITION_BASED, POLICY, 12);
    ClickLog others = renamed(COLLECTION.clicks(new RandomClicker(0.3), POLICY, 10), "other-");
    Page page = Page.asRanked("mine", IntStream.range(0, 10).mapToObj(i -> "d" + i).toList());
    ClickLog mine =
        new ClickLog(
            Stream.generate(() -> new Impression(page, "me", List.of(8))).limit(30).toList());
    assertThat(gone(log.and(others).and(mine))).doesNotContain("me").hasSizeGreaterThan(250);
  }

  @Test
  void whereNobodyLooksAtPositionsNobodyIsIndifferent() {
    ClickLog log = COLLECTION.clicks(new RandomClicker(0.3), POLICY, 5);
    assertThat(IndifferentClients.of(log).removedFrom(log)).isSameAs(log);
  }

  @Test
  void whatSaysNothingIsNoTrouble() {
    Page page = Page.asRanked("q", List.of("a", "b", "c"));
    Page empty = Page.asRanked("q", List.of());
    ClickLog odd =
        new ClickLog(
            List.of(
                new Impression(page, null, List.of(1, 2, 3)),
                new Impression(empty, "nothing", List.of()),
                new Impression(page, "never", List.of()),
                new Impression(page, "once", List.of(1))));
    assertThat(IndifferentClients.of(odd).removedFrom(odd)).isSameAs(odd);
    ClickLog none = new ClickLog(List.of());
    assertThat(IndifferentClients.of(none).removedFrom(none)).isSameAs(none);

    ClickLog readers = COLLECTION.clicks(SimulatedCollection.POSITION_BASED, POLICY, 12);
    ClickLog others = renamed(COLLECTION.clicks(new RandomClicker(0.3), POLICY, 10), "other-");
    ClickLog left = IndifferentClients.of(readers.and(odd).and(others)).removedFrom(odd);
    assertThat(left).as("found beside others, of whom there are some").isEqualTo(odd);
    assertThat(gone(readers.and(odd).and(others))).hasSizeGreaterThan(250);
  }
}
